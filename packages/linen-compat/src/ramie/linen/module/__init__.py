"""Modules: the class, the decorators of its methods, and functions of modules."""

from ramie.graph.extend import publish as _publish

from ._functions import apply as apply
from ._functions import capture_call_intermediates as capture_call_intermediates
from ._functions import init as init
from ._functions import init_with_output as init_with_output
from ._intercept import InterceptorContext as InterceptorContext
from ._intercept import disable_named_call as disable_named_call
from ._intercept import enable_named_call as enable_named_call
from ._intercept import intercept_methods as intercept_methods
from ._intercept import override_named_call as override_named_call
from ._merge import merge_param as merge_param
from ._module import Module as Module
from ._naming import share_scope as share_scope
from ._wrap import compact as compact
from ._wrap import compact_name_scope as compact_name_scope
from ._wrap import nowrap as nowrap

_publish(globals())

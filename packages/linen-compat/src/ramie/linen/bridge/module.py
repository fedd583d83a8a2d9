"""Bridge modules, in one public module."""

from ._context import ModuleStackEntry as ModuleStackEntry
from ._context import Scope as Scope
from ._context import current_context as current_context
from ._context import current_module as current_module
from ._joining import AttrPriority as AttrPriority
from ._joining import compact as compact
from ._module import Module as Module

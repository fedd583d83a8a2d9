"""The functional core: scopes, collections of variables, boxes and frozen dicts.

Modules are built on it; functions of a `Scope` can be used without any.
"""

from ramie.graph.extend import publish as _publish

from . import frozen_dict as frozen_dict
from . import lift as lift
from . import meta as meta
from . import scope as scope
from . import spmd as spmd
from . import tracers as tracers
from ._apply import apply as apply
from ._apply import bind as bind
from ._apply import init as init
from ._apply import lazy_init as lazy_init
from ._collections import CollectionFilter as CollectionFilter
from ._collections import DenyList as DenyList
from ._collections import PRNGSequenceFilter as PRNGSequenceFilter
from ._frozen_dict import FrozenDict as FrozenDict
from ._frozen_dict import copy as copy
from ._frozen_dict import freeze as freeze
from ._frozen_dict import pop as pop
from ._frozen_dict import pretty_repr as pretty_repr
from ._frozen_dict import unfreeze as unfreeze
from ._meta import AxisMetadata as AxisMetadata
from ._meta import map_axis_meta as map_axis_meta
from ._meta import unbox as unbox
from ._scope import Scope as Scope
from ._scope_variables import Variable as Variable
from .lift import broadcast as broadcast
from .lift import custom_vjp as custom_vjp
from .lift import jit as jit
from .lift import jvp as jvp
from .lift import remat as remat
from .lift import remat_scan as remat_scan
from .lift import scan as scan
from .lift import vjp as vjp
from .lift import vmap as vmap
from .lift import while_loop as while_loop
from .tracers import check_trace_level as check_trace_level
from .tracers import current_trace as current_trace

_publish(globals())

"""Between Linen and nnx: modules of one kind inside of the other, and their variables.

`ToNNX` and `ToLinen` wrap a module; `state_from_variables` and `variables_from_state`
convert what a checkpoint holds; `Module` is an nnx module that is written like a Linen
one.
"""

from jax.nn import initializers as initializers

from ramie.graph.extend import publish as _publish

from . import errors as errors
from . import interop as interop
from . import module as module
from . import variables as variables
from . import wrappers as wrappers
from ._checkpoint import MatchReport as MatchReport
from ._checkpoint import match_variables as match_variables
from ._checkpoint import state_from_variables as state_from_variables
from ._checkpoint import variables_from_state as variables_from_state
from ._context import Scope as Scope
from ._context import current_context as current_context
from ._context import current_module as current_module
from ._functional import Functional as Functional
from ._functional import functional as functional
from ._interop import linen_in_bridge_mdl as linen_in_bridge_mdl
from ._interop import nnx_in_bridge_mdl as nnx_in_bridge_mdl
from ._joining import AttrPriority as AttrPriority
from ._joining import compact as compact
from ._module import Module as Module
from ._nnx_meta import NNXMeta as NNXMeta
from ._nnx_meta import with_partitioning as with_partitioning
from ._to_linen import ToLinen as ToLinen
from ._to_linen import to_linen as to_linen
from ._to_nnx import ToNNX as ToNNX
from ._to_nnx import lazy_init as lazy_init

_publish(globals())

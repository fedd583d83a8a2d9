"""The names of `ramie.linen.bridge`; it is imported by its name.

The Linen API is optional here: `pip install ramie-nnx[linen]`.
"""

# needs the extra linen
from jax.nn import initializers as initializers

from ramie.linen.bridge import AttrPriority as AttrPriority
from ramie.linen.bridge import Functional as Functional
from ramie.linen.bridge import MatchReport as MatchReport
from ramie.linen.bridge import Module as Module
from ramie.linen.bridge import NNXMeta as NNXMeta
from ramie.linen.bridge import Scope as Scope
from ramie.linen.bridge import ToLinen as ToLinen
from ramie.linen.bridge import ToNNX as ToNNX
from ramie.linen.bridge import compact as compact
from ramie.linen.bridge import current_context as current_context
from ramie.linen.bridge import current_module as current_module
from ramie.linen.bridge import errors as errors
from ramie.linen.bridge import functional as functional
from ramie.linen.bridge import interop as interop
from ramie.linen.bridge import lazy_init as lazy_init
from ramie.linen.bridge import linen_in_bridge_mdl as linen_in_bridge_mdl
from ramie.linen.bridge import match_variables as match_variables
from ramie.linen.bridge import module as module
from ramie.linen.bridge import nnx_in_bridge_mdl as nnx_in_bridge_mdl
from ramie.linen.bridge import state_from_variables as state_from_variables
from ramie.linen.bridge import to_linen as to_linen
from ramie.linen.bridge import variables as variables
from ramie.linen.bridge import variables_from_state as variables_from_state
from ramie.linen.bridge import with_partitioning as with_partitioning
from ramie.linen.bridge import wrappers as wrappers

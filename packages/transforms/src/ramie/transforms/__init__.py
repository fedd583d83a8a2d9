"""Transforms: JAX transformations of functions whose arguments are objects.

Each is the JAX transformation with one boundary on both sides: objects become arrays
on the way in, and what the function did to them happens to the caller's on the way
out.
"""

from ramie.graph.extend import publish as _publish

from . import compat as compat
from . import errors as errors
from ._abstract import eval_shape as eval_shape
from ._abstract import get_abstract_model as get_abstract_model
from ._abstract import make_jaxpr as make_jaxpr
from ._cached_partial import cached_partial as cached_partial
from ._checkify import checkify as checkify
from ._cond import cond as cond
from ._cond import switch as switch
from ._custom_vjp import custom_vjp as custom_vjp
from ._grad import grad as grad
from ._grad import value_and_grad as value_and_grad
from ._init_sharded import init_sharded as init_sharded
from ._jit import jit as jit
from ._jit import jit_partial as jit_partial
from ._jvp import jvp as jvp
from ._loops import fori_loop as fori_loop
from ._loops import while_loop as while_loop
from ._metadata_axes import transform_metadata as transform_metadata
from ._partial_init import partial_init as partial_init
from ._pmap import pmap as pmap
from ._prefix_mapping import StateSharding as StateSharding
from ._remat import checkpoint as checkpoint
from ._remat import remat as remat
from ._retraces import Retrace as Retrace
from ._retraces import explain_retrace as explain_retrace
from ._scan import scan as scan
from ._shard_map import shard_map as shard_map
from ._specs import DiffState as DiffState
from ._stack import scan_layers as scan_layers
from ._stack import stack as stack
from ._state_axes import Carry as Carry
from ._state_axes import StateAxes as StateAxes
from ._state_axes import prefix as prefix
from ._to_tree import NodeStates as NodeStates
from ._to_tree import from_tree as from_tree
from ._to_tree import to_tree as to_tree
from ._traces import assert_max_traces as assert_max_traces
from ._version import __version__ as __version__
from ._vjp import vjp as vjp
from ._vmap import vmap as vmap

_publish(globals())

"""Lifted transforms of functions of scopes; those of modules are made of them."""

from ._axes_scan import broadcast as broadcast
from ._lift_axes import In as In
from ._lift_axes import Out as Out
from ._lift_branches import cond as cond
from ._lift_branches import switch as switch
from ._lift_branches import while_loop as while_loop
from ._lift_calls import checkpoint as checkpoint
from ._lift_calls import fold_rngs as fold_rngs
from ._lift_calls import remat as remat
from ._lift_grads import custom_vjp as custom_vjp
from ._lift_grads import jvp as jvp
from ._lift_grads import value_and_grad as value_and_grad
from ._lift_grads import vjp as vjp
from ._lift_jit import jit as jit
from ._lift_maps import add_metadata_axis as add_metadata_axis
from ._lift_maps import map_variables as map_variables
from ._lift_maps import remat_scan as remat_scan
from ._lift_maps import swap_collection as swap_collection
from ._lift_scan import scan as scan
from ._lift_vmap import vmap as vmap

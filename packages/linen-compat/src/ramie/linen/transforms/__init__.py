"""Lifted transforms: those of JAX, over modules with their variables and keys."""

from ramie.graph.extend import publish as _publish

from ._branches import cond as cond
from ._branches import switch as switch
from ._branches import while_loop as while_loop
from ._calls import checkpoint as checkpoint
from ._calls import jit as jit
from ._calls import remat as remat
from ._grads import custom_vjp as custom_vjp
from ._grads import grad as grad
from ._grads import jvp as jvp
from ._grads import value_and_grad as value_and_grad
from ._grads import vjp as vjp
from ._loops import scan as scan
from ._loops import vmap as vmap
from ._maps import add_metadata_axis as add_metadata_axis
from ._maps import fold_rngs as fold_rngs
from ._maps import map_variables as map_variables
from ._maps import named_call as named_call
from ._maps import remat_scan as remat_scan

_publish(globals())

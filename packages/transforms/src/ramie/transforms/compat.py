"""The functions of `ramie.transforms` as they were when graph mode was the only one.

They are the same functions with `graph=True` and, where they take it,
`graph_updates=True` as defaults, whatever `set_graph_mode` and `set_graph_updates` say.
"""

from ramie.graph.extend import in_graph_mode as _in_graph_mode

from ._abstract import eval_shape as _eval_shape
from ._abstract import get_abstract_model as _get_abstract_model
from ._cached_partial import cached_partial as _cached_partial
from ._checkify import checkify as _checkify
from ._cond import cond as _cond
from ._cond import switch as _switch
from ._custom_vjp import custom_vjp as _custom_vjp
from ._grad import grad as _grad
from ._grad import value_and_grad as _value_and_grad
from ._jit import jit as _jit
from ._jvp import jvp as _jvp
from ._loops import fori_loop as _fori_loop
from ._loops import while_loop as _while_loop
from ._pmap import pmap as _pmap
from ._remat import remat as _remat
from ._scan import scan as _scan
from ._shard_map import shard_map as _shard_map
from ._vjp import vjp as _vjp
from ._vmap import vmap as _vmap

cached_partial = _in_graph_mode(_cached_partial, __name__)
checkify = _in_graph_mode(_checkify, __name__)
cond = _in_graph_mode(_cond, __name__)
custom_vjp = _in_graph_mode(_custom_vjp, __name__)
eval_shape = _in_graph_mode(_eval_shape, __name__)
fori_loop = _in_graph_mode(_fori_loop, __name__)
get_abstract_model = _in_graph_mode(_get_abstract_model, __name__)
grad = _in_graph_mode(_grad, __name__)
jit = _in_graph_mode(_jit, __name__)
jvp = _in_graph_mode(_jvp, __name__)
pmap = _in_graph_mode(_pmap, __name__)
remat = _in_graph_mode(_remat, __name__)
scan = _in_graph_mode(_scan, __name__)
shard_map = _in_graph_mode(_shard_map, __name__)
switch = _in_graph_mode(_switch, __name__)
value_and_grad = _in_graph_mode(_value_and_grad, __name__)
vjp = _in_graph_mode(_vjp, __name__)
vmap = _in_graph_mode(_vmap, __name__)
while_loop = _in_graph_mode(_while_loop, __name__)

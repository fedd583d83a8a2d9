"""ramie.experimental.nnx: the early NNX API, in which modules split themselves.

`module.split()` gives `(state, graphdef)`, `graphdef.merge(state)` a module again. It
is a thin layer over the packages that `ramie.nnx` names; new programs use that.
"""

from ramie.graph import All as All
from ramie.graph import Any as Any
from ramie.graph import Everything as Everything
from ramie.graph import Filter as Filter
from ramie.graph import Not as Not
from ramie.graph import Nothing as Nothing
from ramie.graph import OfType as OfType
from ramie.graph import PathContains as PathContains
from ramie.graph.extend import publish as _publish
from ramie.layers import initializers as initializers
from ramie.module import Dict as Dict
from ramie.module import List as List
from ramie.module import Rngs as Rngs
from ramie.module import iter_modules as iter_modules
from ramie.transforms import grad as grad
from ramie.transforms import jit as jit
from ramie.transforms import value_and_grad as value_and_grad
from ramie.variables import BatchStat as BatchStat
from ramie.variables import Cache as Cache
from ramie.variables import Intermediate as Intermediate
from ramie.variables import Param as Param
from ramie.variables import Variable as Variable

from . import errors as errors
from ._empty import Empty as Empty
from ._empty import EmptyType as EmptyType
from ._graphdef import GraphDef as GraphDef
from ._graphdef import VariableDef as VariableDef
from ._graphdef import merge as merge
from ._layers import BatchNorm as BatchNorm
from ._layers import Conv as Conv
from ._layers import Dropout as Dropout
from ._layers import Embed as Embed
from ._layers import LayerNorm as LayerNorm
from ._layers import Linear as Linear
from ._module import Module as Module
from ._state import State as State
from ._variables import VariablesView as VariablesView

_publish(globals())

"""Modules: objects that hold Variables and each other.

`Pytree` is an object whose attributes are walked, `Module` adds what models need,
`List` and `Dict` are containers that tell when they are edited, and `Rngs` gives
random keys by name.
"""

from ramie.graph import iter_children as iter_children
from ramie.graph.extend import publish as _publish

from . import errors as errors
from ._containers import Dict as Dict
from ._containers import List as List
from ._iterate import iter_modules as iter_modules
from ._module import Module as Module
from ._pytree import Pytree as Pytree
from ._version import __version__ as __version__
from .rngs import RngCount as RngCount
from .rngs import RngKey as RngKey
from .rngs import Rngs as Rngs
from .rngs import RngState as RngState
from .rngs import RngStream as RngStream

_publish(globals())

"""Transforms: JAX transformations of functions whose arguments are objects.

Each is the JAX transformation with one boundary on both sides: objects become arrays
on the way in, and what the function did to them happens to the caller's on the way
out.
"""

from ramie.graph.extend import publish as _publish

from . import errors as errors
from ._grad import grad as grad
from ._grad import value_and_grad as value_and_grad
from ._jit import jit as jit
from ._specs import DiffState as DiffState
from ._version import __version__ as __version__

_publish(globals())

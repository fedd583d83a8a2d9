"""Text of single values: arrays kept short, nothing that changes between two runs."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

LARGEST_SHOWN = 64
"""Arrays of more elements are shown by shape and dtype only."""
PLAIN = frozenset({str, int, float, bool, complex, bytes, type(None)})
"""Types whose values are most of what is shown, and have no need of questions."""


def show_value(value: Any, largest: int = LARGEST_SHOWN) -> str:
    """Text of a value; a large array by its shape and dtype.

    It never fails: what cannot say what it is, is named by its type.

    Args:
        value: anything.
        largest: the number of elements above which an array is large. A large array
            is not copied from its device.

    Example:
        >>> show_value(jnp.zeros((100, 100)))
        'Array(shape=(100, 100), dtype=float32)'
    """
    try:
        return _show(value, largest)
    except Exception as error:
        return f"<{type(value).__name__}: its repr raised {type(error).__name__}>"


def _show(value: Any, largest: int) -> str:
    if type(value) in PLAIN:
        return repr(value)
    if isinstance(value, jax.Ref):
        return f"Ref({show_type_of(value)})"
    if isinstance(value, jax.core.Tracer):
        return f"Tracer({show_type_of(value)})"
    if isinstance(value, (jax.Array, np.ndarray)):
        return _show_array(value, largest)
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, partial):
        return _show_partial(value)
    if callable(value) and hasattr(value, "__qualname__"):
        return f"<function {value.__qualname__}>"
    cls: Any = type(value)
    if cls.__repr__ is object.__repr__:  # an address tells nothing
        return f"<{cls.__name__} object>"
    return repr(value)


def show_type_of(array: Any) -> str:
    """Dtype and shape of an array, spelled as JAX does.

    Example:
        >>> from ramie.graph._repr._values import show_type_of
        >>> show_type_of(jnp.ones((2, 3)))
        'float32[2,3]'
    """
    return f"{array.dtype}[{','.join(map(str, array.shape))}]"


def _show_array(array: Any, largest: int) -> str:
    if isinstance(array, jax.Array) and array.is_deleted():
        return f"Array(shape={array.shape}, dtype={array.dtype}, deleted)"
    if array.size > largest:
        return f"Array(shape={array.shape}, dtype={array.dtype})"
    if jnp.issubdtype(array.dtype, jax.dtypes.prng_key):
        data = np.asarray(jax.random.key_data(array)).tolist()
        return f"Array({data}, dtype={array.dtype})"
    return repr(array)


def _show_partial(value: "partial[Any]") -> str:
    parts = [show_value(value.func), *map(show_value, value.args)]
    parts += [f"{name}={show_value(item)}" for name, item in value.keywords.items()]
    return f"partial({', '.join(parts)})"

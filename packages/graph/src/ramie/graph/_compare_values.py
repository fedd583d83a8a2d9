"""Are two arrays the same, and if not, how far are they from each other?"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ._registry import same_value


def is_array(value: Any) -> bool:
    """Whether a value has a shape and a dtype."""
    return hasattr(value, "shape") and hasattr(value, "dtype")


def is_abstract(value: Any) -> bool:
    """Whether a value has a type only: it is traced, or stands for an array."""
    types = (jax.core.Tracer, jax.ShapeDtypeStruct, jax.core.ShapedArray)
    return isinstance(value, types)


def surely_same(x: Any, y: Any) -> bool:
    """Whether two values are of one type and equal; no if they cannot say.

    Example:
        >>> from ramie.graph._compare_values import surely_same
        >>> surely_same(1, 1), surely_same(1, 1.0), surely_same((1,), (True,))
        (True, False, False)
    """
    try:
        return bool(same_value(x, y))
    except (TypeError, ValueError):  # an array in it: the answer is an array
        return False


def distance(x: Any, y: Any, rtol: float, atol: float) -> float | None:
    """The largest absolute difference of two arrays of one shape; None if the same.

    NaN is the same as NaN. What differs by at most `atol + rtol * abs(y)` is the
    same.

    Example:
        >>> from ramie.graph._compare_values import distance
        >>> distance(jnp.array([1.0, 2.0]), jnp.array([1.0, 2.5]), 0, 0)
        0.5
    """
    mine, theirs = _host(x), _host(y)
    exact = mine.dtype.kind in "biu" and not rtol and not atol
    if exact:
        same = mine == theirs  # not every integer is a float
    else:
        same = np.isclose(_wide(mine), _wide(theirs), rtol, atol, equal_nan=True)
    if bool(np.all(same)):
        return None
    with np.errstate(invalid="ignore", over="ignore"):
        gaps = np.abs(_wide(mine) - _wide(theirs))
    # Integers that become one float are at least one apart.
    return max(float(np.max(gaps[~same])), 1.0 if exact else 0.0)


def _host(array: Any) -> Any:
    if jnp.issubdtype(array.dtype, jax.dtypes.prng_key):
        array = jax.random.key_data(array)
    return np.asarray(array)


def _wide(array: Any) -> Any:
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)

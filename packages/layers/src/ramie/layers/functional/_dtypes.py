"""Which dtype a layer computes in.

JAX can be told to refuse implicit promotion, so layers never rely on it: they
bring their arrays to one dtype here, by the standard rules of JAX, and compute
afterwards.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ramie.layers.errors import ComputeDtypeError, NothingToPromoteError
from ramie.layers.typing import Dtype


def promote_dtype(
    args: tuple[Any, ...],
    /,
    *,
    dtype: Dtype | None = None,
    inexact: bool = True,
) -> tuple[Any, ...]:
    """Bring arrays to one dtype.

    Args:
        args: arrays of any shape and dtype, or nested lists; None stays None.
        dtype: the dtype to convert to; the common dtype of the arrays by default.
        inexact: whether the dtype must be floating or complex. Without `dtype`,
            integers are then promoted to float32.

    Returns:
        The arrays in the same order, as JAX arrays of one dtype.

    Raises:
        ComputeDtypeError: `dtype` is an integer or bool and `inexact` is set.
        NothingToPromoteError: neither an array nor a dtype was given.

    Example:
        >>> import jax.numpy as jnp
        >>> half, none, whole = promote_dtype(
        ...     (jnp.ones(2, jnp.bfloat16), None, jnp.ones(3, jnp.int32))
        ... )
        >>> half.dtype, none, whole.dtype
        (dtype(bfloat16), None, dtype(bfloat16))
    """
    args = tuple(
        jnp.asarray(arg) if isinstance(arg, list | tuple) else arg for arg in args
    )
    if dtype is None:
        target = common_dtype(*args)
        if inexact and not jnp.issubdtype(target, jnp.inexact):
            target = common_dtype(target, np.dtype(np.float32))
    else:
        target = jax.dtypes.canonicalize_dtype(dtype)
        if inexact and not jnp.issubdtype(target, jnp.inexact):
            raise ComputeDtypeError("promote_dtype", target.name)
    return tuple(None if arg is None else _as_array(arg, target) for arg in args)


def common_dtype(*values: Any) -> np.dtype[Any]:
    """The dtype that JAX' standard promotion gives for arrays or dtypes.

    None is left out. Works the same where implicit promotion is switched off.

    Raises:
        NothingToPromoteError: there is no value but None.

    Example:
        >>> import jax.numpy as jnp
        >>> common_dtype(jnp.ones(2, jnp.bfloat16), jnp.float16)
        dtype('float32')
    """
    present = [value for value in values if value is not None]
    if not present:
        raise NothingToPromoteError("promote_dtype")
    dtypes = {getattr(value, "dtype", None) for value in present}
    if len(dtypes) == 1 and (only := dtypes.pop()) is not None:
        return jax.dtypes.canonicalize_dtype(only)
    with jax.numpy_dtype_promotion("standard"):
        return jnp.result_type(*present)


def cast(array: jax.Array, dtype: np.dtype[Any]) -> jax.Array:
    """The array in another dtype; the very same array if it has it already."""
    if array.dtype == dtype:
        return array
    return jax.lax.convert_element_type(array, dtype)


def number(value: float, like: jax.Array) -> np.ndarray[Any, Any]:
    """A constant of the dtype of `like`, cheaper to trace than promotion."""
    return np.asarray(value, like.dtype)


def _as_array(value: Any, dtype: np.dtype[Any]) -> jax.Array:
    # A weakly typed array would let the next operation change its dtype.
    if isinstance(value, jax.Array) and value.dtype == dtype and not value.weak_type:
        return value
    return jnp.asarray(value, dtype)

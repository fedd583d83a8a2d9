"""Put an array that was read where the one it replaces is.

The model decides about dtype and place, also an abstract one, which has only those.
"""

from typing import Any

import jax
import numpy as np

from ._held import SCALARS, struct

ALIGNMENT = 64
"""In bytes; where arrays begin elsewhere, JAX makes a copy."""


def sharding_of(like: Any) -> jax.sharding.Sharding | None:
    """Where an array has to be; None if JAX may move it as it likes."""
    if isinstance(like, jax.Array) and not like.committed:
        return None
    sharding: jax.sharding.Sharding | None = getattr(like, "sharding", None)
    return sharding


def placed(
    value: np.ndarray[Any, Any], like: Any, *, ours: bool = False, impl: Any = None
) -> Any:
    """An array like another one, with these contents.

    Args:
        value: the contents, of the same shape. Each device is given its part alone.
        like: an array, a `jax.ShapeDtypeStruct`, or a number.
        ours: whether nobody else will write to `value`, so that it may be kept.
        impl: if these are the bits of random keys, what generator they are for.

    Example:
        >>> import numpy as np
        >>> placed(np.ones(2), jax.ShapeDtypeStruct((2,), jnp.bfloat16))
        Array([1, 1], dtype=bfloat16)
        >>> placed(np.array(3), 5)
        3
    """
    if isinstance(like, SCALARS):
        return type(like)(value.item())
    if impl is not None:
        bits = struct(value.shape, value.dtype, sharding_of(like))
        return jax.random.wrap_key_data(placed(value, bits, ours=ours), impl=impl)
    if isinstance(like, np.generic):
        return value.astype(like.dtype)[()]
    if isinstance(like, np.ndarray):
        return value if ours and value.dtype == like.dtype else _copy(value, like.dtype)
    sharding = sharding_of(like)
    if sharding is not None and len(sharding.device_set) > 1:
        return jax.make_array_from_callback(
            value.shape, sharding, lambda part: _copy(value[part], like.dtype)
        )
    if not ours or value.dtype != like.dtype:
        value = _copy(value, like.dtype)
    return jax.device_put(value, sharding, may_alias=True)


def _copy(value: np.ndarray[Any, Any], dtype: Any) -> np.ndarray[Any, Any]:
    """A copy that JAX can keep as it is on a CPU, which wants it aligned."""
    dtype = np.dtype(dtype)
    room = np.empty(value.size * dtype.itemsize + ALIGNMENT, np.uint8)
    start = -room.ctypes.data % ALIGNMENT
    end = start + value.size * dtype.itemsize
    copy: np.ndarray[Any, Any] = room[start:end].view(dtype).reshape(value.shape)
    np.copyto(copy, value, casting="unsafe")
    return copy


def key_dtype(impl: str) -> Any:
    """The dtype of random keys of a generator that JAX knows by this name.

    Example:
        >>> key_dtype("threefry2x32")
        key<fry>
    """
    return jax.eval_shape(lambda: jax.random.key(0, impl=impl)).dtype


def settle(value: Any) -> None:
    """Wait until an array is there, so that what it is made of may go."""
    if isinstance(value, jax.Array):
        value.block_until_ready()

"""The cache of a decoder: keys and values of the positions that are done.

A decoder that makes one position at a time would compute the keys and values of
all earlier ones again; it stores them instead. A cache has the shape
(*batch, max_length, heads, features), and an index says how much of it is filled.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jax.sharding import AxisType, NamedSharding, PartitionSpec

from ramie.variables import Cache

from .errors import CacheFullError, CacheShapeError
from .functional._dtypes import cast
from .typing import Dtype, Shape

Contents = tuple[jax.Array, jax.Array, jax.Array]
"""Keys, values and the index."""


class Step(NamedTuple):
    """What one step of decoding works with."""

    key: jax.Array
    """All keys: those of earlier steps, the one of this step, and zeros."""

    value: jax.Array
    """All values, likewise."""

    mask: jax.Array
    """Which of them there are, of shape (*batch, 1, 1, max_length)."""

    position: jax.Array
    """The position of this step."""

    stored: Contents
    """What the cache holds afterwards: keys and values as above, where it had them."""


def empty_cache(
    shape: Shape, dtype: Dtype, out_sharding: Any, kernel: jax.Array
) -> tuple[Cache[jax.Array], Cache[jax.Array], Cache[jax.Array]]:
    """A cache of zeros, at position 0.

    Args:
        shape: the shape of the keys, which is (*batch, max_length, heads, features).
        dtype: the dtype in which keys and values are stored.
        out_sharding: where they are put. By default heads and features are where
            they are in the kernel, under a mesh whose shardings are part of types.
        kernel: of shape (inputs, heads, features).
    """
    if out_sharding is None:
        out_sharding = _like_kernel(len(shape), kernel)
    key, value = (jnp.zeros(shape, dtype, out_sharding=out_sharding) for _ in range(2))
    return Cache(key), Cache(value), Cache(jnp.array(0, jnp.int32))


def take_step(place: str, stored: Contents, key: jax.Array, value: jax.Array) -> Step:
    """Put the key and value of one position behind those that are stored.

    Args:
        place: the layer, for errors.
        stored: keys, values and index of the cache.
        key: the key of this step, of shape (*batch, 1, heads, features).
        value: the value of this step, of the same shape.

    Raises:
        CacheShapeError: the key does not have that shape.
        CacheFullError: the cache is full. Where JAX traces the index this cannot
            be known; see `spoil_overflow`.
    """
    keys, values, index = stored
    *batch, length, heads, features = keys.shape
    expected = (*batch, 1, heads, features)
    for given in (key, value):
        if given.shape != expected:
            raise CacheShapeError(place, given.shape, expected)
    if not isinstance(index, jax.core.Tracer) and int(index) >= length:
        raise CacheFullError(place, int(index), length)
    filled = jnp.arange(length, dtype=index.dtype) <= index
    written = _written(keys, key, index), _written(values, value, index)
    return Step(
        _placed_like(written[0], key),
        _placed_like(written[1], value),
        jnp.broadcast_to(filled, (*batch, 1, 1, length)),
        index,
        (*written, index + 1),
    )


def spoil_overflow(outputs: jax.Array, index: Any, length: int) -> jax.Array:
    """The outputs of a step, or NaN if there was no room in the cache for it.

    Nothing can be raised from inside a compiled program, and outputs computed from
    a wrong cache look like right ones.
    """
    if not isinstance(index, jax.core.Tracer):
        return outputs
    return jnp.where(index < length, outputs, jnp.full_like(outputs, jnp.nan))


def _written(stored: jax.Array, new: jax.Array, index: jax.Array) -> jax.Array:
    new = _placed_like(cast(new, stored.dtype), stored)
    return lax.dynamic_update_slice_in_dim(stored, new, index, axis=stored.ndim - 3)


def _placed_like(array: jax.Array, other: jax.Array) -> jax.Array:
    """The array where the other is, if shardings are part of types."""
    sharding = _explicit(other)
    if sharding is None or sharding == jax.typeof(array).sharding:
        return array
    return jax.sharding.reshard(array, sharding)  # type: ignore[no-any-return,no-untyped-call,unused-ignore]


def _like_kernel(ndim: int, kernel: jax.Array) -> NamedSharding | None:
    sharding = _explicit(kernel)
    if sharding is None:
        return None
    names = (*(None,) * (ndim - 2), *sharding.spec[-2:])
    return NamedSharding(sharding.mesh, PartitionSpec(*names))  # type: ignore[no-untyped-call,unused-ignore]


def _explicit(array: jax.Array) -> NamedSharding | None:
    sharding: NamedSharding = jax.typeof(array).sharding
    return sharding if AxisType.Explicit in sharding.mesh.axis_types else None

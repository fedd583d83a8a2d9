"""The cache of a decoder: keys and values of the positions that are done.

A decoder that makes one position at a time would compute the keys and values of
all earlier ones again; it stores them instead. A cache has the shape
(*batch, max_length, heads, features), and an index says how much of it is filled.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from .errors import CacheFullError, CacheShapeError
from .functional._dtypes import cast


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


def take_step(
    place: str,
    stored: tuple[jax.Array, jax.Array, jax.Array],
    key: jax.Array,
    value: jax.Array,
) -> Step:
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
    return Step(
        _written(keys, key, index),
        _written(values, value, index),
        jnp.broadcast_to(filled, (*batch, 1, 1, length)),
        index,
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
    return lax.dynamic_update_slice_in_dim(
        stored, cast(new, stored.dtype), index, axis=stored.ndim - 3
    )

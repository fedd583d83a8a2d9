"""Decoding one position at a time: keys and values of earlier ones, in a collection."""

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ramie.layers import functional
from ramie.layers.errors import CacheShapeError

COLLECTION = "cache"


def decode_step(
    layer: Any, key: jax.Array, value: jax.Array, mask: Any
) -> tuple[jax.Array, jax.Array, Any, Any]:
    """Put the key and value of this position behind those in the cache.

    The first call, which makes the cache, says by its inputs how long it is; it is
    an ordinary call otherwise.

    Args:
        layer: has the cache: `cached_key` and `cached_value` of shape (*batch,
            max_length, heads, features) and `cache_index`.
        key: an array of shape (*batch, 1, heads, features).
        value: an array of that shape.
        mask: combined with that of the positions there are.

    Returns:
        All keys, all values, the mask, and whether there was room for this one; None
        if there was no cache yet.

    Raises:
        CacheShapeError: more than one position, or another batch.
        IndexError: the cache is full. Where JAX traces, the result tells instead.
    """
    there_is_one = layer.has_variable(COLLECTION, "cached_key")
    stored = [
        layer.variable(COLLECTION, name, jnp.zeros, like.shape, like.dtype)
        for name, like in (("cached_key", key), ("cached_value", value))
    ]
    position = layer.variable(COLLECTION, "cache_index", jnp.zeros, (), jnp.int32)
    if not there_is_one:
        return key, value, mask, None
    place = type(layer).__name__
    *batch, length, heads, features = stored[0].value.shape
    expected = (*batch, 1, heads, features)
    for given in (key, value):
        if given.shape != expected:
            raise CacheShapeError(place, given.shape, expected)
    index = position.value
    if not isinstance(index, jax.core.Tracer) and int(index) >= length:
        raise IndexError(
            f"{place}: the cache holds {length} positions, and all of them are "
            f"filled. Call init() with longer inputs, or decode fewer positions."
        )
    for variable, new in zip(stored, (key, value), strict=True):
        old = variable.value
        variable.value = lax.dynamic_update_slice_in_dim(
            old, new.astype(old.dtype), index, axis=old.ndim - 3
        )
    position.value = index + 1
    seen = jnp.broadcast_to(jnp.arange(length) <= index, (*batch, 1, 1, length))
    mask = functional.combine_masks(mask, seen)
    return stored[0].value, stored[1].value, mask, index < length

"""Decoding one position at a time: keys and values of earlier ones, in a collection."""

from typing import Any

import jax
import jax.numpy as jnp

from ramie.layers import functional
from ramie.layers.functional import CacheStep

COLLECTION = "cache"


def decode_step(layer: Any, key: jax.Array, value: jax.Array) -> CacheStep | None:
    """Put the key and value of this position behind those in the cache.

    The first call, which makes the cache, says by its inputs how long it is; it is
    an ordinary call otherwise.

    Args:
        layer: has the cache: `cached_key` and `cached_value` of shape (*batch,
            max_length, heads, features) and `cache_index`.
        key: an array of shape (*batch, 1, heads, features).
        value: an array of that shape.

    Returns:
        The step, or None if there was no cache yet.

    Raises:
        CacheShapeError: more than one position, or another batch.
        CacheFullError: the cache is full. Where JAX traces, the result tells instead.
    """
    there_is_one = layer.has_variable(COLLECTION, "cached_key")
    variables = [
        layer.variable(COLLECTION, name, jnp.zeros, like.shape, like.dtype)
        for name, like in (("cached_key", key), ("cached_value", value))
    ]
    variables.append(
        layer.variable(COLLECTION, "cache_index", jnp.zeros, (), jnp.int32)
    )
    if not there_is_one:
        return None
    keys, values, index = (variable.value for variable in variables)
    step = functional.cache_step(
        (keys, values, index),
        key,
        value,
        place=type(layer).__name__,
        maker="init()",
    )
    for variable, new in zip(variables, step.stored, strict=True):
        variable.value = new
    return step

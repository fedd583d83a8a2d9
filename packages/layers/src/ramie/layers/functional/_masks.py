"""Masks of attention: which keys each query may look at.

A mask has the shape (*batch, heads, queries, keys), with 1 for heads where all of
them see the same; whatever is not zero may be looked at.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ramie.layers.errors import InputRankError, MaskCombinationError
from ramie.layers.typing import Dtype


def make_attention_mask(
    query_input: jax.Array,
    key_input: jax.Array,
    pairwise_fn: Callable[..., Any] = jnp.multiply,
    extra_batch_dims: int = 0,
    dtype: Dtype = jnp.float32,
) -> jax.Array:
    """Compare each query with each key.

    Args:
        query_input: one number per query, of shape (*batch, queries); for example
            whether it is a token and not padding.
        key_input: one number per key, of shape (*batch, keys).
        pairwise_fn: called as `pairwise_fn(queries, keys)` on arrays of shape
            (*batch, queries, 1) and (*batch, 1, keys); by default both must be
            set for the key to be seen.
        extra_batch_dims: how many axes of size 1 to put in front.
        dtype: the dtype of the mask.

    Returns:
        An array of shape (*extra, *batch, 1, queries, keys).

    Raises:
        InputRankError: an input is a scalar.

    Example:
        >>> tokens = jnp.array([[1, 1, 0]])
        >>> make_attention_mask(tokens, tokens, dtype=jnp.int32)[0, 0]
        Array([[1, 1, 0],
               [1, 1, 0],
               [0, 0, 0]], dtype=int32)
    """
    for given in (query_input, key_input):
        if jnp.ndim(given) == 0:
            raise InputRankError("make_attention_mask", (), 1, "positions")
    queries = jnp.expand_dims(query_input, -1)
    keys = jnp.expand_dims(key_input, -2)
    mask = jnp.expand_dims(pairwise_fn(queries, keys), -3)
    return lax.expand_dims(mask, range(extra_batch_dims)).astype(dtype)


def make_causal_mask(
    x: jax.Array, extra_batch_dims: int = 0, dtype: Dtype = jnp.float32
) -> jax.Array:
    """Let each position look at itself and at earlier ones.

    Args:
        x: an array of shape (*batch, length); only its shape matters.
        extra_batch_dims: how many axes of size 1 to put in front.
        dtype: the dtype of the mask.

    Returns:
        An array of shape (*extra, *batch, 1, length, length).

    Raises:
        InputRankError: `x` is a scalar.

    Example:
        >>> make_causal_mask(jnp.zeros((1, 3)), dtype=jnp.int32)[0, 0]
        Array([[1, 0, 0],
               [1, 1, 0],
               [1, 1, 1]], dtype=int32)
    """
    shape = np.shape(x)
    if not shape:
        raise InputRankError("make_causal_mask", shape, 1, "positions")
    positions = jnp.broadcast_to(jnp.arange(shape[-1], dtype=jnp.int32), shape)
    return make_attention_mask(
        positions, positions, jnp.greater_equal, extra_batch_dims, dtype
    )


def combine_masks(
    *masks: jax.Array | None, dtype: Dtype = jnp.float32
) -> jax.Array | None:
    """The mask that lets through what all masks let through.

    Args:
        *masks: masks with the same number of axes, broadcasting to each other;
            None lets everything through.
        dtype: the dtype of the result.

    Returns:
        A mask, or None if there was none. A single mask is only converted.

    Raises:
        MaskCombinationError: the masks do not fit each other.

    Example:
        >>> padding = jnp.array([[1, 1, 0]])
        >>> causal = jnp.array([[1, 0, 0], [1, 1, 0], [1, 1, 1]])
        >>> combine_masks(padding, None, causal, dtype=jnp.int32)
        Array([[1, 0, 0],
               [1, 1, 0],
               [1, 1, 0]], dtype=int32)
    """
    given = [mask for mask in masks if mask is not None]
    if not given:
        return None
    shapes = tuple(np.shape(mask) for mask in given)
    if len({len(shape) for shape in shapes}) > 1 or not _fit(shapes):
        raise MaskCombinationError("combine_masks", shapes)
    if len(given) > 1:
        given = [reduce(jnp.logical_and, (jnp.asarray(m).astype(bool) for m in given))]
    return jnp.asarray(given[0]).astype(dtype)


def _fit(shapes: tuple[tuple[int, ...], ...]) -> bool:
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return True

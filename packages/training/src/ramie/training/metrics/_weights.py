"""Sums of values under a mask, shared by all metrics.

A mask selects (bool) or weighs (numbers) values. It has the shape of the values
or one that broadcasts to it; for a scalar value it may have any shape, because
the mean of a batch stands for every entry that the mask selects.
"""

from typing import Any

import jax
import jax.numpy as jnp

from ..errors import MaskShapeError


def spread(values: Any, mask: Any) -> tuple[jax.Array, jax.Array | None]:
    """Return float32 values and their weights, both of one shape.

    The weights are None where there is no mask, else bool, int32 or float32. What
    the mask leaves out is replaced by zero, so that a NaN in padding stays there.
    """
    values = jnp.asarray(values).astype(jnp.float32)
    if mask is None:
        return values, None
    weights = jnp.asarray(mask)
    shape = values.shape or weights.shape
    if not _broadcasts(weights.shape, shape):
        raise MaskShapeError(weights.shape, values.shape)
    if jnp.issubdtype(weights.dtype, jnp.floating):
        weights = weights.astype(jnp.float32)
    elif weights.dtype != jnp.bool_:
        weights = weights.astype(jnp.int32)
    weights = jnp.broadcast_to(weights, shape)
    selected = weights.astype(jnp.bool_)
    values = jnp.broadcast_to(values, shape)
    return jnp.where(selected, values, jnp.zeros_like(values)), weights


def total_of(values: jax.Array, weights: jax.Array | None) -> jax.Array:
    """Return the weighted sum, float32."""
    if weights is None:
        return values.sum()
    return (values * weights.astype(jnp.float32)).sum()


def count_of(values: jax.Array, weights: jax.Array | None) -> jax.Array:
    """Return the sum of the weights: float32 for fractions, else int32."""
    if weights is None:
        return jnp.asarray(values.size, jnp.int32)
    if weights.dtype == jnp.bool_:
        return weights.sum(dtype=jnp.int32)
    return weights.sum()


def add_counts(count: jax.Array, more: jax.Array) -> jax.Array:
    """Add two counts; a fraction on either side makes the result float32."""
    if jnp.issubdtype(more.dtype, jnp.floating):
        return count.astype(more.dtype) + more
    return count + more.astype(count.dtype)


def _broadcasts(shape: tuple[int, ...], target: tuple[int, ...]) -> bool:
    if len(shape) > len(target):
        return False
    ends = zip(reversed(shape), reversed(target), strict=False)
    return all(size in (1, wanted) for size, wanted in ends)

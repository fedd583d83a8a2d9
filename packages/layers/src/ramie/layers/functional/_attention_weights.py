"""How much each query takes of each value, and what may be asked for.

Queries Q and keys K of d features weigh values by

    softmax(Q Kᵀ / sqrt(d) + bias)

Vaswani et al., "Attention Is All You Need" (2017), §3.2.1.
"""

import math
from collections.abc import Callable
from typing import Any, Protocol

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ramie.layers.errors import (
    AttentionBiasError,
    AttentionShapeError,
    MissingDropoutKeyError,
)
from ramie.layers.typing import Dtype, Precision, PromoteDtype, Shape

from ._axes import broadcasts
from ._dropout import check_rate, dropout, is_random
from ._dtypes import cast, common_dtype, number, promote_dtype
from ._explicit import explicit_sharding
from ._inputs import as_array

PLACE = "dot_product_attention_weights"


class Sows(Protocol):
    """What records the weights: a Module, as far as attention is concerned."""

    def sow(self, collection: Any, name: str, value: Any, /) -> bool:
        """Record a value under a name."""
        ...


def dot_product_attention_weights(
    query: jax.Array,
    key: jax.Array,
    bias: jax.Array | None = None,
    mask: jax.Array | None = None,
    broadcast_dropout: bool = True,
    dropout_rng: jax.Array | None = None,
    dropout_rate: float = 0.0,
    deterministic: bool = False,
    dtype: Dtype | None = None,
    precision: Precision = None,
    module: Sows | None = None,
    promote_dtype: PromoteDtype = promote_dtype,
    is_causal: bool = False,
    softmax_dtype: Dtype | None = None,
    einsum: Callable[..., jax.Array] | None = None,
    keep_softmax_dtype: bool = False,
) -> jax.Array:
    """Compute how much each query takes of each value.

    Args:
        query: an array of shape (*batch, queries, heads, features).
        key: an array of shape (*batch, keys, key_heads, features), where key_heads
            divides heads.
        bias: see `dot_product_attention`, as for all below.
        mask: where it is 0 or False a key is not looked at.
        broadcast_dropout: whether all batch entries and heads drop the same.
        dropout_rng: the random key that decides which weights are dropped.
        dropout_rate: the probability of dropping a weight.
        deterministic: whether to drop nothing.
        dtype: the dtype of the weights; the common dtype of query and key by
            default.
        precision: the precision of the product.
        module: records the weights before dropout.
        promote_dtype: called as `promote_dtype((query, key), dtype=...)`.
        is_causal: whether query i looks at the keys 0 to i only.
        softmax_dtype: the dtype in which scores are made weights, for example
            float32 where queries have half precision; theirs by default.
        einsum: called as `einsum(equation, query, key)` in place of `jnp.einsum`.
        keep_softmax_dtype: whether the weights have the dtype of the softmax.

    Returns:
        An array of shape (*batch, heads, queries, keys). Without dropout the weights
        of a query sum to 1.

    Raises:
        AttentionShapeError: query and key do not fit each other.
        AttentionBiasError: bias or mask do not broadcast to the weights.
        RateError: the dropout rate is no probability.
        MissingDropoutKeyError: weights must be dropped without a random key.

    Example:
        >>> alike = jnp.ones((2, 1, 4))
        >>> dot_product_attention_weights(alike, alike, is_causal=True)[0]
        Array([[1. , 0. ],
               [0.5, 0.5]], dtype=float32)
    """
    drops = check_dropout(PLACE, dropout_rate, dropout_rng, deterministic)
    query, key = promote_dtype((query, key), dtype=dtype)
    check_shapes(PLACE, query.shape, key.shape, key.shape)
    bias, mask = aligned(PLACE, bias, mask, query.shape, key.shape)
    weights = weigh(
        query,
        key,
        bias,
        mask,
        is_causal,
        precision,
        softmax_dtype,
        einsum,
        keep_softmax_dtype,
    )
    if module is not None:
        module.sow("intermediates", "attention_weights", weights)
    if drops:
        return drop(weights, dropout_rng, dropout_rate, broadcast_dropout)
    return weights


def weigh(
    query: jax.Array,
    key: jax.Array,
    bias: jax.Array | None,
    mask: jax.Array | None,
    is_causal: bool,
    precision: Precision,
    softmax_dtype: Dtype | None = None,
    einsum: Callable[..., jax.Array] | None = None,
    keep_softmax_dtype: bool = False,
) -> jax.Array:
    """Compute the weights of arrays that have been checked and brought to one dtype."""
    key = with_heads(key, query.shape[-2])
    root = number(math.sqrt(query.shape[-1]), query)
    scaled = lax.div(query, jnp.broadcast_to(root, query.shape))
    equation = "...qhd,...khd->...hqk"
    if einsum is None:
        scores = jnp.einsum(equation, scaled, key, precision=precision)
    else:
        scores = einsum(equation, scaled, key)
    if bias is not None:
        wide = common_dtype(scores, bias)
        scores = cast(scores, wide) + cast(bias, wide)
    limits = jnp.finfo(scores.dtype)  # type: ignore[no-untyped-call,unused-ignore]
    lowest = number(float(limits.min), scores)
    if mask is not None:
        scores = jnp.where(mask, scores, lowest)
    if is_causal:
        seen = np.tri(scores.shape[-2], scores.shape[-1]) > 0
        scores = jnp.where(jnp.broadcast_to(seen, scores.shape), scores, lowest)
    if softmax_dtype is not None:
        scores = cast(scores, jax.dtypes.canonicalize_dtype(softmax_dtype))
    weights = jax.nn.softmax(scores)
    return weights if keep_softmax_dtype else cast(weights, query.dtype)


def with_heads(array: jax.Array, heads: int) -> jax.Array:
    """Keys or values with each head as often as it serves heads of queries."""
    times = heads // array.shape[-2]
    if times == 1:
        return array
    place = explicit_sharding(array)
    return jnp.repeat(array, times, axis=-2, out_sharding=place)


def drop(
    weights: jax.Array, key: jax.Array | None, rate: float, broadcast: bool
) -> jax.Array:
    """Drop weights; with `broadcast` the same of all batch entries and heads."""
    shared = range(weights.ndim - 2) if broadcast else ()
    return dropout(weights, key, rate, broadcast_dims=shared)


def check_dropout(
    place: str, rate: float, key: jax.Array | None, deterministic: bool
) -> bool:
    """Whether anything is to be dropped.

    Raises:
        RateError: the rate is no probability.
        MissingDropoutKeyError: there is no key to choose by.
    """
    check_rate(place, rate)
    drops = not deterministic and (is_random(rate) or rate == 1)
    if drops and is_random(rate) and key is None:
        raise MissingDropoutKeyError(place, rate)
    return drops


def check_shapes(place: str, query: Shape, key: Shape, value: Shape) -> None:
    """Raise AttentionShapeError unless the three fit each other."""

    def refuse(rule: str) -> AttentionShapeError:
        return AttentionShapeError(place, rule, query, key, value)

    if not 3 <= len(query) == len(key) == len(value):
        raise refuse("all must have the same number of axes, at least 3")
    if not query[:-3] == key[:-3] == value[:-3]:
        raise refuse("all must have the same batch axes")
    if key[-3:-1] != value[-3:-1]:
        raise refuse("key and value must have the same length and heads")
    if query[-1] != key[-1]:
        raise refuse("query and key must have the same number of features")
    if key[-2] < 1 or query[-2] % key[-2]:
        raise refuse("the heads of key and value must divide those of query")


def aligned(
    place: str,
    bias: jax.Array | None,
    mask: jax.Array | None,
    query: Shape,
    key: Shape,
) -> tuple[jax.Array | None, jax.Array | None]:
    """Bias and mask with all the axes of scores; the mask is then boolean.

    Raises:
        InputTypeError: one of them is no array.
        AttentionBiasError: one of them does not broadcast to the scores.
    """
    scores = (*query[:-3], query[-2], query[-3], key[-3])
    mask = _aligned(place, "mask", mask, scores)
    return (
        _aligned(place, "bias", bias, scores),
        None if mask is None else mask.astype(bool),
    )


def _aligned(
    place: str, name: str, given: jax.Array | None, scores: Shape
) -> jax.Array | None:
    if given is None:
        return None
    array = jnp.asarray(as_array(f"{place} {name}", given))
    if not broadcasts(array.shape, scores):
        raise AttentionBiasError(place, name, array.shape, scores)
    return lax.expand_dims(array, range(len(scores) - array.ndim))

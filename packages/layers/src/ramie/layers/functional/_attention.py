"""Attention: each query takes a weighted mean of the values.

With queries Q, keys K, values V and d features of a query and a key,

    attention(Q, K, V) = softmax(Q Kᵀ / sqrt(d) + bias) V

Vaswani et al., "Attention Is All You Need" (2017), §3.2.1. JAX has a function for
it, which is used wherever it can do what is asked; the formula is written out for
the rest: dropout, recording of the weights, a precision, values of another size.
"""

import math

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ramie.layers.typing import Dtype, Precision, PromoteDtype, Shape

from ._attention_weights import (
    Sows,
    aligned,
    check_dropout,
    check_shapes,
    drop,
    weigh,
    with_heads,
)
from ._dtypes import cast, promote_dtype

PLACE = "dot_product_attention"


def dot_product_attention(
    query: jax.Array,
    key: jax.Array,
    value: jax.Array,
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
) -> jax.Array:
    """Compute the weighted means of values that queries ask for.

    Where there are fewer heads of keys than of queries, each serves as many
    neighbouring heads of queries: Ainslie et al., "GQA" (2023), §2.2.

    Args:
        query: an array of shape (*batch, queries, heads, features), with any
            number of batch axes, also none.
        key: an array of shape (*batch, keys, key_heads, features), where key_heads
            divides heads.
        value: an array of shape (*batch, keys, key_heads, value_features).
        bias: added to the scores; broadcasts to (*batch, heads, queries, keys).
        mask: where it is 0 or False a key is not looked at; broadcasts likewise.
        broadcast_dropout: whether all batch entries and heads drop the same.
        dropout_rng: the random key that decides which weights are dropped.
        dropout_rate: the probability of dropping a weight.
        deterministic: whether to drop nothing.
        dtype: the dtype to compute in; the common dtype of query, key and value by
            default.
        precision: the precision of both products; see `jax.lax.dot_general`.
        module: records the weights, before dropout, by its method `sow` under the
            name `attention_weights`.
        promote_dtype: called as `promote_dtype((query, key, value), dtype=...)`.
        is_causal: whether query i looks at the keys 0 to i only.

    Returns:
        An array of shape (*batch, queries, heads, value_features). A query that may
        look at no key gets the mean of all values.

    Raises:
        AttentionShapeError: query, key and value do not fit each other.
        AttentionBiasError: bias or mask do not broadcast to the scores.
        RateError: the dropout rate is no probability.
        MissingDropoutKeyError: weights must be dropped without a random key.

    Example:
        >>> key = value = jnp.eye(2)[:, None]
        >>> dot_product_attention(20 * value, key, value).round(3)[:, 0]
        Array([[1., 0.],
               [0., 1.]], dtype=float32)
    """
    drops = check_dropout(PLACE, dropout_rate, dropout_rng, deterministic)
    query, key, value = promote_dtype((query, key, value), dtype=dtype)
    check_shapes(PLACE, query.shape, key.shape, value.shape)
    bias, mask = aligned(PLACE, bias, mask, query.shape, key.shape)
    same_size = value.shape[-1] == query.shape[-1]
    if same_size and not drops and module is None and precision is None:
        return _by_jax(query, key, value, bias, mask, is_causal)
    weights = weigh(query, key, bias, mask, is_causal, precision)
    if module is not None:
        module.sow("intermediates", "attention_weights", weights)
    if drops:
        weights = drop(weights, dropout_rng, dropout_rate, broadcast_dropout)
    value = with_heads(value, query.shape[-2])
    return jnp.einsum("...hqk,...khd->...qhd", weights, value, precision=precision)


def _by_jax(
    query: jax.Array,
    key: jax.Array,
    value: jax.Array,
    bias: jax.Array | None,
    mask: jax.Array | None,
    is_causal: bool,
) -> jax.Array:
    """Call the function of JAX, which knows one batch axis only."""
    batch = query.shape[:-3]
    if bias is not None and not jnp.issubdtype(bias.dtype, jnp.inexact):
        bias = cast(bias, np.dtype(np.float32))
    # JAX adds the bias to scores of at least float32, by implicit promotion.
    with jax.numpy_dtype_promotion("standard"):
        result = jax.nn.dot_product_attention(
            _one_batch_axis(query, batch),
            _one_batch_axis(key, batch),
            _one_batch_axis(value, batch),
            bias=None if bias is None else _one_batch_axis(bias, batch),
            mask=None if mask is None else _one_batch_axis(mask, batch),
            is_causal=is_causal,
        )
    return result if len(batch) == 1 else lax.reshape(result, query.shape)


def _one_batch_axis(array: jax.Array, batch: Shape) -> jax.Array:
    if len(batch) == 1:
        return array
    given, rest = array.shape[:-3], array.shape[-3:]
    if math.prod(given) != 1:
        array, given = jnp.broadcast_to(array, (*batch, *rest)), batch
    return lax.reshape(array, (math.prod(given), *rest))

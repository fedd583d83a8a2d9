"""Functions of attention: which values each query takes, and how much of each.

They are those of `ramie.layers.functional` with the arguments of Linen, which can be
told how to multiply.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ramie.layers import functional
from ramie.layers.errors import AttentionShapeError
from ramie.layers.typing import DotGeneral, Dtype, Precision

from ._dtypes import promote_dtype

Einsum = Callable[..., jax.Array]
"""Called as `einsum(equation, left, right)`."""


def dot_product_attention_weights(
    query: Any,
    key: Any,
    bias: Any = None,
    mask: Any = None,
    broadcast_dropout: bool = True,
    dropout_rng: Any = None,
    dropout_rate: float = 0.0,
    deterministic: bool = False,
    dtype: Dtype | None = None,
    precision: Precision = None,
    module: Any = None,
    force_fp32_for_softmax: bool = False,
    einsum_dot_general: DotGeneral | None = None,
    einsum: Einsum | None = None,
) -> jax.Array:
    """Compute softmax(Q Kᵀ / sqrt(d) + bias) (Vaswani et al. 2017, §3.2.1).

    Args:
        query: an array of shape (*batch, queries, heads, features).
        key: an array of shape (*batch, keys, heads, features).
        bias: added to the scores; broadcasts to (*batch, heads, queries, keys).
        mask: where it is 0 or False a key is not looked at; broadcasts likewise.
        broadcast_dropout: whether all batch entries and heads drop the same.
        dropout_rng: the random key that decides which weights are dropped.
        dropout_rate: the probability of dropping a weight.
        deterministic: whether to drop nothing.
        dtype: the dtype of the weights; that of query and key by default.
        precision: the precision of the product.
        module: records the weights, before dropout, as `attention_weights`.
        force_fp32_for_softmax: whether scores are made weights in float32, which
            the weights then have.
        einsum_dot_general: called in place of `jax.lax.dot_general`.
        einsum: called in place of `jnp.einsum`, as `einsum(equation, query, key)`.

    Returns:
        An array of shape (*batch, heads, queries, keys).

    Raises:
        AttentionShapeError: query and key do not fit each other.
        AttentionBiasError: bias or mask do not broadcast to the weights.
        MissingDropoutKeyError: weights must be dropped without a random key.
        ValueError: `einsum` together with `precision` or `einsum_dot_general`.

    Example:
        >>> alike = jnp.ones((2, 1, 4))
        >>> dot_product_attention_weights(alike, alike)[0]
        Array([[0.5, 0.5],
               [0.5, 0.5]], dtype=float32)
    """
    multiply = multiplier(precision, einsum_dot_general, einsum)
    return functional.dot_product_attention_weights(
        jnp.asarray(query),
        jnp.asarray(key),
        bias,
        mask,
        broadcast_dropout,
        dropout_rng,
        dropout_rate,
        deterministic,
        dtype,
        precision,
        module,
        softmax_dtype=jnp.float32 if force_fp32_for_softmax else None,
        einsum=multiply,
        keep_softmax_dtype=force_fp32_for_softmax,
    )


def dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    bias: Any = None,
    mask: Any = None,
    broadcast_dropout: bool = True,
    dropout_rng: Any = None,
    dropout_rate: float = 0.0,
    deterministic: bool = False,
    dtype: Dtype | None = None,
    precision: Precision = None,
    module: Any = None,
    force_fp32_for_softmax: bool = False,
    einsum_dot_general: DotGeneral | None = None,
    qk_attn_weights_einsum: Einsum | None = None,
    attn_weights_value_einsum: Einsum | None = None,
) -> jax.Array:
    """Compute softmax(Q Kᵀ / sqrt(d) + bias) V (Vaswani et al. 2017, §3.2.1).

    Args:
        query: an array of shape (*batch, queries, heads, features).
        key: an array of shape (*batch, keys, heads, features).
        value: an array of shape (*batch, keys, heads, value_features).
        bias: see `dot_product_attention_weights`, as for all that is not listed.
        mask: which keys are looked at.
        broadcast_dropout: whether all batch entries and heads drop the same.
        dropout_rng: a random key.
        dropout_rate: the probability of dropping a weight.
        deterministic: whether to drop nothing.
        dtype: the dtype to compute in.
        precision: the precision of both products.
        module: records the weights.
        force_fp32_for_softmax: whether scores are made weights in float32.
        einsum_dot_general: called in place of `jax.lax.dot_general`.
        qk_attn_weights_einsum: the `einsum` of queries and keys.
        attn_weights_value_einsum: the `einsum` of weights and values.

    Returns:
        An array of shape (*batch, queries, heads, value_features).

    Raises:
        AttentionShapeError: query, key and value do not fit each other.
        AttentionBiasError: bias or mask do not broadcast to the weights.
        MissingDropoutKeyError: weights must be dropped without a random key.
        ValueError: one einsum without the other, or together with `precision` or
            `einsum_dot_general`.

    Example:
        >>> key = value = jnp.eye(2)[:, None]
        >>> dot_product_attention(20 * value, key, value).round(3)[:, 0]
        Array([[1., 0.],
               [0., 1.]], dtype=float32)
    """
    if (qk_attn_weights_einsum is None) != (attn_weights_value_einsum is None):
        raise ValueError(
            "dot_product_attention: one of qk_attn_weights_einsum and "
            "attn_weights_value_einsum was given. Give both, or neither."
        )
    multiply = multiplier(precision, einsum_dot_general, attn_weights_value_einsum)
    query, key, value = promote_dtype(query, key, value, dtype=dtype)
    check_lengths(query, key, value)
    weights = dot_product_attention_weights(
        query,
        key,
        bias,
        mask,
        broadcast_dropout,
        dropout_rng,
        dropout_rate,
        deterministic,
        dtype,
        precision,
        module,
        force_fp32_for_softmax,
        einsum_dot_general,
        qk_attn_weights_einsum,
    )
    weights, value = promote_dtype(weights, value)
    return multiply("...hqk,...khd->...qhd", weights, value)


def check_lengths(query: jax.Array, key: jax.Array, value: jax.Array) -> None:
    """Raise AttentionShapeError unless there is a value for each key and head."""
    if key.shape[:-1] != value.shape[:-1]:
        rule = "key and value must have the same batch axes, length and heads"
        raise AttentionShapeError(
            "dot_product_attention", rule, query.shape, key.shape, value.shape
        )
    if query.ndim > 1 and key.ndim > 1 and query.shape[-2] != key.shape[-2]:
        rule = "query, key and value must have the same heads"
        raise AttentionShapeError(
            "dot_product_attention", rule, query.shape, key.shape, value.shape
        )


def multiplier(
    precision: Precision, dot_general: DotGeneral | None, einsum: Einsum | None
) -> Einsum:
    """What computes an equation: the einsum given, or one made of the rest.

    Raises:
        ValueError: there is an einsum, and one of the others.
    """
    if einsum is None:

        def multiply(equation: str, left: jax.Array, right: jax.Array) -> jax.Array:
            if dot_general is None:
                return jnp.einsum(equation, left, right, precision=precision)
            return _by(dot_general, equation, left, right, precision)

        return multiply
    if precision is not None or dot_general is not None:
        raise ValueError(
            "An einsum was given, and a precision or einsum_dot_general that it would "
            "not heed. Give the einsum alone."
        )
    return einsum


def _by(
    dot_general: DotGeneral,
    equation: str,
    left: jax.Array,
    right: jax.Array,
    precision: Precision,
) -> jax.Array:
    """An equation of two arrays with the same batch axes, by one product."""
    names, result = equation.replace("...", "").split("->")
    first, second = names.split(",")
    count = left.ndim - len(first)
    both = [name for name in first if name in second]
    kept = [name for name in both if name in result]
    summed = [name for name in both if name not in result]

    def axes(of: str, wanted: list[str]) -> tuple[int, ...]:
        return tuple(count + of.index(name) for name in wanted)

    batch = tuple(range(count))
    outputs = dot_general(
        left,
        right,
        (
            (axes(first, summed), axes(second, summed)),
            ((*batch, *axes(first, kept)), (*batch, *axes(second, kept))),
        ),
        precision=precision,
    )
    free = [name for name in first + second if name not in both]
    order = [count + [*kept, *free].index(name) for name in result]
    return lax.transpose(outputs, (*batch, *order))

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn
from ramie.layers import functional
from ramie.layers.errors import AttentionShapeError

NUMBERS = np.random.default_rng(0).normal(size=(3, 2, 4, 3, 5)).astype(np.float32)
Q, K, V = map(jnp.asarray, NUMBERS)


def test_values_are_weighted():
    expected = functional.dot_product_attention(Q, K, V)
    np.testing.assert_allclose(nn.dot_product_attention(Q, K, V), expected, atol=1e-6)


@pytest.mark.parametrize("batch", [slice(None), 0])
def test_products_may_be_computed_by_something_else(batch):
    calls = []

    def dot_general(*args, **options):
        calls.append(options)
        return jax.lax.dot_general(*args, **options)

    q, k, v = Q[batch], K[batch], V[batch]
    y = nn.dot_product_attention(q, k, v, einsum_dot_general=dot_general)
    assert len(calls) == 2
    np.testing.assert_allclose(y, nn.dot_product_attention(q, k, v), atol=1e-6)


def test_einsums_may_be_computed_by_something_else():
    equations = []

    def einsum(equation, left, right):
        equations.append(equation)
        return jnp.einsum(equation, left, right)

    y = nn.dot_product_attention(
        Q, K, V, qk_attn_weights_einsum=einsum, attn_weights_value_einsum=einsum
    )
    assert equations == ["...qhd,...khd->...hqk", "...hqk,...khd->...qhd"]
    np.testing.assert_allclose(y, nn.dot_product_attention(Q, K, V), atol=1e-6)


def test_one_einsum_is_not_enough():
    with pytest.raises(ValueError, match="Give both"):
        nn.dot_product_attention(Q, K, V, qk_attn_weights_einsum=jnp.einsum)


def test_an_einsum_heeds_no_precision():
    with pytest.raises(ValueError, match="would not heed"):
        nn.dot_product_attention_weights(Q, K, einsum=jnp.einsum, precision="highest")


def test_the_softmax_may_be_wide():
    half = {"dtype": jnp.float16, "force_fp32_for_softmax": True}
    assert nn.dot_product_attention_weights(Q, K, **half).dtype == jnp.float32
    assert nn.dot_product_attention(Q, K, V, **half).dtype == jnp.float32


@pytest.mark.parametrize(("key", "value"), [(K, V[:, :2]), (K[:, :, :1], V[:, :, :1])])
def test_there_is_a_value_for_each_key_and_head(key, value):
    with pytest.raises(AttentionShapeError):
        nn.dot_product_attention(Q, key, value)

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers import RoPE, dot_product_attention_with_rope
from ramie.layers.errors import (
    FeatureCountError,
    PositionRangeError,
    RotarySizeError,
    SettingError,
)
from ramie.layers.functional import dot_product_attention, rotary_embedding

X = jnp.asarray(np.random.default_rng(0).normal(size=(2, 5, 4, 8)), jnp.float32)


def test_a_layer_rotates_with_its_theta():
    expected = rotary_embedding(X, theta=50.0)

    np.testing.assert_array_equal(RoPE(theta=50.0)(X), expected)


def test_queries_and_keys_are_rotated_and_values_are_not():
    rope, value = RoPE(), X + 1

    outputs = dot_product_attention_with_rope(X, X, value, rope=rope, is_causal=True)

    expected = dot_product_attention(rope(X), rope(X), value, is_causal=True)
    np.testing.assert_array_equal(outputs, expected)


def test_more_keys_than_queries_count_from_zero():
    rope, at = RoPE(), jnp.array([3])

    outputs = dot_product_attention_with_rope(
        X[:, 3:4], X, X, rope=rope, input_positions=at
    )

    expected = dot_product_attention(rope(X[:, 3:4], at), rope(X), X)
    np.testing.assert_array_equal(outputs, expected)


@pytest.mark.parametrize(
    ("error", "settings"),
    [
        (SettingError, {"theta": 0.0}),
        (SettingError, {"max_seq_len": 0}),
        (RotarySizeError, {"embedding_size": 7}),
        (RotarySizeError, {"embedding_size": 8.0}),
    ],
)
def test_a_setting_that_means_nothing_is_refused(error, settings):
    with pytest.raises(error):
        RoPE(**settings)


def test_other_features_than_the_embedding_size_are_refused():
    with pytest.raises(FeatureCountError, match="must hold 16"):
        RoPE(embedding_size=16)(X)


@pytest.mark.parametrize("positions", [None, jnp.array([0, 1, 2, 3, 4])])
def test_positions_beyond_the_greatest_length_are_refused(positions):
    with pytest.raises(PositionRangeError, match="max_seq_len=4"):
        RoPE(max_seq_len=4)(X, positions)


def test_traced_positions_are_not_checked():
    assert jax.jit(RoPE(max_seq_len=4).__call__)(X, jnp.arange(5)).shape == X.shape

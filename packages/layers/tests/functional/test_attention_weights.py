import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers.errors import (
    AttentionBiasError,
    AttentionShapeError,
    InputTypeError,
    MissingDropoutKeyError,
    RateError,
)
from ramie.layers.functional import (
    dot_product_attention,
    dot_product_attention_weights,
)


def array(*shape, seed=0):
    values = np.random.default_rng(seed).normal(size=shape)
    return jnp.asarray(values, jnp.float32)


QUERY, KEY, VALUE = array(2, 3, 4, 6), array(2, 5, 2, 6, seed=1), array(2, 5, 2, 6)


def test_values_are_weighed_by_them():
    mask = np.random.default_rng(2).random((3, 5)) < 0.7

    weights = dot_product_attention_weights(QUERY, KEY, array(5), mask)

    assert weights.shape == (2, 4, 3, 5)
    mixed = np.einsum("nhqk,nkhd->nqhd", weights, np.repeat(VALUE, 2, axis=-2))
    expected = dot_product_attention(QUERY, KEY, VALUE, array(5), mask)
    np.testing.assert_allclose(mixed, expected, rtol=1e-4, atol=1e-5)


def test_weights_are_recorded_before_some_are_dropped():
    class Recorder:
        def sow(self, *what):
            self.sown = what
            return True

    recorder = Recorder()

    dropped = dot_product_attention_weights(
        QUERY,
        KEY,
        dropout_rng=jax.random.key(0),
        dropout_rate=0.5,
        broadcast_dropout=False,
        module=recorder,
    )

    collection, name, weights = recorder.sown
    assert (collection, name) == ("intermediates", "attention_weights")
    np.testing.assert_allclose(weights.sum(-1), np.ones((2, 4, 3)), rtol=1e-5)
    kept = np.asarray(dropped) != 0
    assert 0 < kept.mean() < 1
    np.testing.assert_allclose(dropped, np.where(kept, 2 * weights, 0), rtol=1e-5)


def test_scores_may_be_made_weights_in_a_wider_dtype():
    half = QUERY.astype(jnp.bfloat16), KEY.astype(jnp.bfloat16)

    wide = dot_product_attention_weights(*half, softmax_dtype=jnp.float32)

    assert wide.dtype == jnp.bfloat16
    exact = dot_product_attention_weights(QUERY, KEY)
    np.testing.assert_allclose(wide.astype(jnp.float32), exact, atol=0.03)
    narrow = dot_product_attention_weights(*half)
    assert (wide != narrow).any()


@pytest.mark.parametrize(
    ("error", "given"),
    [
        (AttentionShapeError, {"key": jnp.ones((2, 5, 3, 6))}),
        (AttentionBiasError, {"mask": jnp.ones((2, 5))}),
        (InputTypeError, {"mask": "causal"}),
        (AttentionBiasError, {"bias": jnp.ones((2, 3, 5))}),
        (RateError, {"dropout_rate": 1.5}),
        (MissingDropoutKeyError, {"dropout_rate": 0.5}),
    ],
)
def test_what_does_not_fit_is_refused_by_name(error, given):
    with pytest.raises(error, match=r"dot_product_attention_weights( mask)?: "):
        dot_product_attention_weights(**{"query": QUERY, "key": KEY, **given})


def test_scores_may_be_computed_by_another_einsum():
    alike = jnp.ones((2, 1, 4))

    def all_to_the_first(equation, query, key):
        assert equation == "...qhd,...khd->...hqk"
        return jnp.einsum(equation, query, key).at[..., 0].set(99.0)

    weights = dot_product_attention_weights(alike, alike, einsum=all_to_the_first)
    assert weights[0].tolist() == [[1.0, 0.0], [1.0, 0.0]]


def test_weights_may_keep_the_dtype_of_the_softmax():
    alike = jnp.ones((2, 1, 4), jnp.float16)
    weights = dot_product_attention_weights(
        alike, alike, softmax_dtype=jnp.float32, keep_softmax_dtype=True
    )
    assert weights.dtype == jnp.float32

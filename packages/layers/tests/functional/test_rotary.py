import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers.errors import InputRankError, PositionsError, RotarySizeError
from ramie.layers.functional import rotary_embedding


def inputs(*shape):
    values = np.random.default_rng(0).normal(size=shape)
    return jnp.asarray(values, jnp.float32)


def formula(x, positions, theta=10000.0):
    """Multiply complex numbers, whose parts are the two halves of the features."""
    x = np.asarray(x, np.float64)
    half = x.shape[-1] // 2
    angles = np.asarray(positions)[..., None, None] * theta ** (-np.arange(half) / half)
    rotated = (x[..., :half] + 1j * x[..., half:]) * np.exp(1j * angles)
    return np.concatenate([rotated.real, rotated.imag], axis=-1)


@pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
def test_features_are_rotated_in_pairs(batch):
    x = inputs(*batch, 5, 4, 8)

    rotated = rotary_embedding(x, theta=100.0)

    expected = formula(x, np.arange(5), 100.0)
    np.testing.assert_allclose(rotated, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shape", [(5,), (1, 5), (2, 5), (1,)])
def test_positions_can_be_given_for_each_token(shape):
    x = inputs(2, 5, 4, 8)
    positions = np.random.default_rng(1).integers(0, 100, shape)

    rotated = rotary_embedding(x, jnp.asarray(positions))

    np.testing.assert_allclose(rotated, formula(x, positions), rtol=1e-3, atol=1e-4)


def test_inner_products_depend_on_distances_only():
    query, key = inputs(1, 1, 8), inputs(2, 1, 8)[1:]

    def product(at, other):
        rotated = rotary_embedding(query, jnp.array([at]))
        return (rotated * rotary_embedding(key, jnp.array([other]))).sum()

    np.testing.assert_allclose(product(3, 1), product(13, 11), rtol=1e-4, atol=1e-5)


def test_narrow_dtypes_are_rotated_in_float32():
    x = inputs(300, 1, 8)

    rotated = rotary_embedding(x.astype(jnp.bfloat16))

    assert rotated.dtype == jnp.bfloat16
    wide = rotary_embedding(x.astype(jnp.bfloat16).astype(jnp.float32))
    np.testing.assert_array_equal(rotated, wide.astype(jnp.bfloat16))


def test_an_odd_number_of_features_is_refused():
    with pytest.raises(RotarySizeError, match="even number"):
        rotary_embedding(jnp.ones((5, 4, 7)))


def test_inputs_without_heads_are_refused():
    with pytest.raises(InputRankError, match="length, heads and features"):
        rotary_embedding(jnp.ones((5, 8)))


@pytest.mark.parametrize("shape", [(4,), (3, 5), (1, 2, 5)])
def test_positions_for_other_tokens_are_refused(shape):
    with pytest.raises(PositionsError, match=r"broadcast to \(2, 5\)"):
        rotary_embedding(jnp.ones((2, 5, 4, 8)), jnp.ones(shape))

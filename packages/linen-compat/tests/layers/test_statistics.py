import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn

KEY = jax.random.key(0)
X = jnp.arange(12, dtype=jnp.float16).reshape(3, 4) / 4
NARROW = {"force_float32_reductions": False, "use_bias": False, "use_scale": False}


@pytest.mark.parametrize("fast", [True, False])
def test_statistics_may_be_narrow(fast):
    layer = nn.LayerNorm(use_fast_variance=fast, **NARROW)
    wide = nn.LayerNorm(use_bias=False, use_scale=False)
    y = layer.apply({}, X)
    assert y.dtype == jnp.float16
    np.testing.assert_allclose(y, wide.apply({}, X), atol=4e-3)


def test_a_narrow_mean_square_too():
    layer = nn.RMSNorm(use_scale=False, force_float32_reductions=False)
    y = layer.apply({}, X)
    np.testing.assert_allclose(y, nn.RMSNorm(use_scale=False).apply({}, X), atol=4e-3)


def test_wide_numbers_are_not_made_narrow():
    x = jnp.full((1, 4), 300.0, jnp.float16)  # Its square is infinite in float16.
    y = nn.RMSNorm(use_scale=False).apply({}, x)
    np.testing.assert_allclose(y, np.ones((1, 4)), rtol=1e-3)


def test_a_mask_selects_what_counts_in_narrow_statistics():
    mask = jnp.array([True, True, False, False])
    y = nn.LayerNorm(**NARROW).apply({}, X, mask=mask)
    np.testing.assert_allclose(y[:, :2].sum(-1), np.zeros(3), atol=1e-2)


def test_narrow_statistics_are_shared_by_devices():
    layer = nn.RMSNorm(use_scale=False, force_float32_reductions=False, axis_name="i")
    y = jax.vmap(lambda x: layer.apply({}, x), axis_name="i")(X)
    square = np.mean(np.square(np.asarray(X, np.float32)))
    np.testing.assert_allclose(y, np.asarray(X) / np.sqrt(square), atol=4e-3)


def test_the_result_has_the_dtype_asked_for():
    layer = nn.LayerNorm(dtype=jnp.bfloat16)
    y, variables = layer.init_with_output(KEY, X)
    assert y.dtype == jnp.bfloat16
    assert variables["params"]["scale"].dtype == jnp.float32

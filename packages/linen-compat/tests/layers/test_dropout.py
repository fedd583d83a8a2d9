import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn

X = jnp.ones((8, 8))
RNGS = {"dropout": jax.random.key(0)}


def test_what_is_kept_is_scaled_up():
    y = nn.Dropout(0.5, deterministic=False).apply({}, X, rngs=RNGS)
    assert set(np.unique(y)) == {0.0, 2.0}


def test_the_call_may_say_that_nothing_is_dropped():
    np.testing.assert_array_equal(nn.Dropout(0.5).apply({}, X, deterministic=True), X)


def test_somebody_has_to_say_whether_to_drop():
    with pytest.raises(ValueError, match="deterministic"):
        nn.Dropout(0.5).apply({}, X)


@pytest.mark.parametrize(("rate", "value"), [(0.0, 1.0), (1.0, 0.0)])
def test_nothing_and_all_need_no_key(rate, value):
    y = nn.Dropout(rate, deterministic=False).apply({}, X)
    np.testing.assert_array_equal(y, value * X)


def test_axes_may_share_a_draw():
    layer = nn.Dropout(0.5, broadcast_dims=(0,), deterministic=False)
    y = layer.apply({}, X, rngs=RNGS)
    np.testing.assert_array_equal(y, jnp.broadcast_to(y[:1], y.shape))


def test_a_key_of_the_call_comes_first():
    layer = nn.Dropout(0.5, deterministic=False)
    a, b = (layer.apply({}, X, rng=jax.random.key(1), rngs=r) for r in (RNGS, None))
    np.testing.assert_array_equal(a, b)


def test_the_name_of_the_key_can_be_chosen():
    layer = nn.Dropout(0.5, deterministic=False, rng_collection="noise")
    assert layer.apply({}, X, rngs={"noise": jax.random.key(0)}).shape == X.shape
    with pytest.raises(ValueError, match="noise"):
        layer.apply({}, X, rngs=RNGS)

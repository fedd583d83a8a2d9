import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn
from ramie.layers.errors import CacheShapeError

LAYER = nn.MultiHeadAttention(2, decode=True)
X = jnp.asarray(np.random.default_rng(0).normal(size=(2, 3, 8)).astype(np.float32))


@pytest.fixture(scope="module")
def variables():
    return LAYER.init(jax.random.key(0), X)


def step(variables, x, **options):
    y, updates = LAYER.apply(variables, x, mutable=["cache"], **options)
    return y, {**variables, **updates}


def test_init_makes_an_empty_cache(variables):
    cache = variables["cache"]
    assert cache["cached_key"].shape == cache["cached_value"].shape == (2, 3, 2, 4)
    assert (cache["cache_index"], cache["cached_key"].any()) == (0, False)


def test_steps_give_what_a_causal_mask_gives(variables):
    plain = nn.MultiHeadAttention(2)
    params = {"params": variables["params"]}
    expected = plain.apply(params, X, mask=nn.make_causal_mask(X[..., 0]))
    for i in range(3):
        y, variables = step(variables, X[:, i : i + 1])
        np.testing.assert_allclose(y[:, 0], expected[:, i], atol=1e-5)
    with pytest.raises(IndexError, match="holds 3 positions"):
        step(variables, X[:, :1])
    traced, _ = jax.jit(step)(variables, X[:, :1])
    assert jnp.isnan(traced).all()


def test_a_mask_is_combined_with_what_is_there(variables):
    _, variables = step(variables, X[:, :1])
    nothing_old = jnp.array([0.0, 1.0, 1.0]).reshape(1, 1, 1, 3)
    y, after = step(variables, X[:, 1:2], mask=nothing_old)
    other = variables["cache"]["cached_value"].at[:, 0].set(9.0)
    changed = {**variables, "cache": {**variables["cache"], "cached_value": other}}
    np.testing.assert_array_equal(step(changed, X[:, 1:2], mask=nothing_old)[0], y)
    assert after["cache"]["cache_index"] == 2


@pytest.mark.parametrize("x", [X[:, :2], X[:1, :1]])
def test_a_step_is_one_position_of_the_batch(variables, x):
    with pytest.raises(CacheShapeError):
        step(variables, x)

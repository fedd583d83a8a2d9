import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn

X = jnp.asarray(np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float32))
AHEAD, BACK = nn.RNN(nn.SimpleCell(4)), nn.RNN(nn.SimpleCell(4))
LAYER = nn.Bidirectional(AHEAD, BACK)


@pytest.fixture(scope="module")
def variables():
    return LAYER.init(jax.random.key(0), X)


def test_both_directions_stand_side_by_side(variables):
    params = variables["params"]
    ahead = AHEAD.apply({"params": params["forward_rnn"]}, X)
    back = BACK.apply({"params": params["backward_rnn"]}, X[:, ::-1])[:, ::-1]
    expected = jnp.concatenate([ahead, back], -1)
    np.testing.assert_allclose(LAYER.apply(variables, X), expected, atol=1e-6)


def test_outputs_may_be_merged_otherwise_and_carries_returned(variables):
    layer = LAYER.clone(merge_fn=jnp.add, return_carry=True)
    zeros = jnp.zeros((2, 4))
    (ahead, back), y = layer.apply(variables, X, initial_carry=(zeros, zeros))
    assert y.shape == (2, 3, 4)
    assert ahead.shape == back.shape == (2, 4)


def test_each_direction_draws_its_first_carry():
    keys = []

    class Noted(nn.SimpleCell):
        @nn.nowrap
        def initialize_carry(self, rng, input_shape):
            keys.append(jax.random.key_data(rng).tolist())
            return jnp.zeros((*input_shape[:-1], self.features))

    layer = nn.Bidirectional(nn.RNN(Noted(4)), nn.RNN(Noted(4)))
    key = jax.random.key(5)
    layer.init(key, X, init_key=key)
    assert keys == jax.random.key_data(jax.random.split(key)).tolist()

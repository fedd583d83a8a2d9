import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn
from ramie.layers.errors import InputRankError, SequenceLengthsError

KEY = jax.random.key(0)
X = jnp.asarray(np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float32))
CELL = nn.SimpleCell(4)
LENGTHS = jnp.array([2, 3])


@pytest.fixture(scope="module")
def variables():
    return nn.RNN(CELL).init(KEY, X)


@pytest.fixture(scope="module")
def by_hand(variables):
    """The outputs of all steps, one after the other."""
    params, carry, outputs = variables["params"]["cell"], jnp.zeros((2, 4)), []
    for i in range(3):
        carry, y = CELL.apply({"params": params}, carry, X[:, i])
        outputs.append(y)
    return jnp.stack(outputs, axis=1)


def test_a_cell_is_run_over_time(variables, by_hand):
    carry, y = nn.RNN(CELL, return_carry=True).apply(variables, X)
    np.testing.assert_allclose(y, by_hand, atol=1e-6)
    np.testing.assert_allclose(carry, by_hand[:, -1], atol=1e-6)


def test_time_may_come_first(variables, by_hand):
    y = nn.RNN(CELL).apply(variables, X.swapaxes(0, 1), time_major=True)
    np.testing.assert_allclose(y.swapaxes(0, 1), by_hand, atol=1e-6)


def test_the_last_carry_is_that_of_the_length(variables, by_hand):
    layer = nn.RNN(CELL, return_carry=True)
    carry, _ = layer.apply(variables, X, seq_lengths=LENGTHS)
    expected = jnp.stack([by_hand[0, 1], by_hand[1, 2]])
    np.testing.assert_allclose(carry, expected, atol=1e-6)


def test_sequences_are_reversed_within_their_length(variables):
    flipped = nn.recurrent.flip_sequences(X, LENGTHS, 1, False)
    y = nn.RNN(CELL).apply(variables, flipped)
    back = nn.RNN(CELL, reverse=True, keep_order=True)
    np.testing.assert_allclose(
        back.apply(variables, X, seq_lengths=LENGTHS),
        nn.recurrent.flip_sequences(y, LENGTHS, 1, False),
        atol=1e-6,
    )


def test_the_first_carry_may_be_given(variables):
    y = nn.RNN(CELL).apply(variables, X, initial_carry=jnp.ones((2, 4)))
    assert (y[:, 0] != nn.RNN(CELL).apply(variables, X)[:, 0]).any()


def test_the_first_carry_is_drawn_with_a_key():
    drawn = nn.SimpleCell(4, carry_init=nn.initializers.normal())
    layer = nn.RNN(drawn)
    y, variables = layer.init_with_output(KEY, X)
    np.testing.assert_allclose(layer.apply(variables, X, init_key=KEY), y, atol=1e-6)
    other = layer.apply(variables, X, init_key=jax.random.key(1))
    assert (other != y).any()


@pytest.mark.parametrize("lengths", [jnp.ones(3, jnp.int32), jnp.ones(2)])
def test_each_sequence_has_a_length(variables, lengths):
    with pytest.raises(SequenceLengthsError):
        nn.RNN(CELL).apply(variables, X, seq_lengths=lengths)


def test_inputs_have_time_and_features(variables):
    with pytest.raises(InputRankError):
        nn.RNN(CELL).apply(variables, X[0, 0])

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramie.layers.errors import FeatureCountError
from ramie.layers.functional import (
    conv_lstm_step,
    flip_sequences,
    gru_step,
    lstm_step,
    mgu_step,
    simple_step,
)


def arrays(count, *shape):
    values = np.random.default_rng(0).normal(size=(count, *shape))
    return [jnp.asarray(value, jnp.float32) for value in values]


def logistic(x):
    return 1 / (1 + np.exp(-np.asarray(x, np.float64)))


def assert_near(ours, expected):
    np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("residual", [False, True])
def test_a_simple_step_bounds_the_candidate(residual):
    carry, candidate = arrays(2, 3, 4)

    after = simple_step(carry, candidate, residual=residual)

    total = np.asarray(candidate) + residual * np.asarray(carry)
    assert_near(after, np.tanh(total))


def test_a_step_of_long_short_term_memory_keeps_writes_and_shows():
    cell, *gates = arrays(5, 3, 4)

    after, shown = lstm_step(cell, tuple(gates))

    i, f, g, o = map(np.asarray, gates)
    expected = logistic(f) * np.asarray(cell) + logistic(i) * np.tanh(g)
    assert_near(after, expected)
    assert_near(shown, logistic(o) * np.tanh(expected))


def test_a_gated_step_mixes_the_carry_with_a_candidate():
    carry, *parts = arrays(7, 3, 4)

    after = gru_step(carry, tuple(parts[:3]), tuple(parts[3:]))

    h, xr, xz, xn, hr, hz, hn = map(np.asarray, (carry, *parts))
    r, z = logistic(xr + hr), logistic(xz + hz)
    assert_near(after, (1 - z) * np.tanh(xn + r * hn) + z * h)


@pytest.mark.parametrize("reset_gate", [True, False])
def test_a_minimal_gated_step_has_one_gate(reset_gate):
    carry, *parts = arrays(5, 3, 4)

    after = mgu_step(carry, tuple(parts[:2]), tuple(parts[2:]), reset_gate=reset_gate)

    h, xf, xn, hf, hn = map(np.asarray, (carry, *parts))
    f = logistic(xf + hf)
    candidate = np.tanh(xn + (f * hn if reset_gate else hn))
    assert_near(after, (1 - f) * candidate + f * h)


def test_a_convolutional_step_begins_with_an_open_forget_gate():
    cell, *gates = arrays(5, 3, 4)

    after, shown = conv_lstm_step(cell, jnp.concatenate(gates, axis=-1))

    i, g, f, o = gates
    expected, also = lstm_step(cell, (i, f + 1, g, o))
    assert_near(after, expected)
    assert_near(shown, also)


def test_four_gates_for_each_feature_are_needed():
    with pytest.raises(FeatureCountError, match="conv_lstm_step: axis -1 must hold 8"):
        conv_lstm_step(jnp.ones((3, 2)), jnp.ones((3, 6)))


def test_other_gates_and_activations_take_the_place_of_the_usual_ones():
    ones = jnp.ones(2)
    options = {"gate_fn": lambda x: x * 2, "activation_fn": lambda x: x + 10}

    # keep 2 * 1, write 2 * 11, show 2 * (24 + 10)
    after, shown = lstm_step(ones, (ones, ones, ones, ones), **options)
    # reset and mix are 2 * 2, the candidate is 1 + 4 * 1 + 10
    mixed = gru_step(ones, (ones, ones, ones), (ones, ones, ones), **options)
    simple = simple_step(ones, ones, activation_fn=options["activation_fn"])

    assert (after[0], shown[0], mixed[0], simple[0]) == (24, 68, (1 - 4) * 15 + 4, 11)


@pytest.mark.parametrize(
    ("of_carry", "of_maps", "common"),
    [
        ("float32", "bfloat16", "float32"),
        ("bfloat16", "float32", "float32"),
        ("float16", "float16", "float16"),
    ],
)
def test_a_step_computes_in_the_common_precision(of_carry, of_maps, common):
    carry, maps = jnp.ones(2, of_carry), (jnp.ones(2, of_maps),) * 4

    results = (
        simple_step(carry, maps[0], residual=True),
        *lstm_step(carry, maps),
        gru_step(carry, maps[:3], maps[:3]),
    )

    assert {str(result.dtype) for result in results} == {common}


def test_gradients_reach_every_part_of_a_step():
    carry, *parts = arrays(7, 2)

    def size(carry, parts):
        cell, shown = lstm_step(carry, tuple(parts[:4]))
        return (cell + shown + gru_step(carry, parts[:3], parts[3:])).sum()

    slopes = jax.grad(size, argnums=(0, 1))(carry, tuple(parts))

    assert all((slope != 0).all() for slope in jax.tree.leaves(slopes))


@settings(deadline=None, max_examples=10)
@given(st.lists(st.integers(0, 5), min_size=3, max_size=3), st.booleans())
def test_each_sequence_is_reversed_within_its_length(lengths, time_major):
    x = np.arange(30).reshape(3, 5, 2)
    given = jnp.asarray(x.swapaxes(0, 1) if time_major else x)

    def flip(sequences):
        axis = 0 if time_major else 1
        return flip_sequences(
            sequences, jnp.array(lengths), time_axis=axis, feature_axes=1
        )

    flipped = np.asarray(flip(given))
    back = flipped.swapaxes(0, 1) if time_major else flipped
    for row, length, sequence in zip(back, lengths, x, strict=True):
        np.testing.assert_array_equal(row[:length], sequence[:length][::-1])
        np.testing.assert_array_equal(row[length:], sequence[length:][::-1])
    np.testing.assert_array_equal(flip(jnp.asarray(flipped)), given)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_without_lengths_the_whole_axis_is_reversed(axis):
    x = np.arange(24).reshape(2, 3, 4)

    flipped = flip_sequences(jnp.asarray(x), None, time_axis=axis, feature_axes=0)

    np.testing.assert_array_equal(flipped, np.flip(x, axis))


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint32"])
def test_lengths_of_any_integer_dtype_reach_as_far_as_time(dtype):
    x = jnp.arange(300)[None]
    lengths = jnp.array([100], dtype)

    flipped = flip_sequences(x, lengths, time_axis=1, feature_axes=0)

    expected = [*range(99, -1, -1), *range(299, 99, -1)]
    np.testing.assert_array_equal(flipped[0], expected)


def test_features_may_have_several_axes_or_none():
    lengths = jnp.array([2])
    images = jnp.arange(12).reshape(1, 3, 2, 2)

    flipped = flip_sequences(images, lengths, time_axis=1, feature_axes=2)
    plain = flip_sequences(images[..., 0, 0], lengths, time_axis=1, feature_axes=0)

    np.testing.assert_array_equal(flipped[0], images[0][np.array([1, 0, 2])])
    np.testing.assert_array_equal(plain, flipped[..., 0, 0])


def test_no_steps_at_all_stay_none():
    empty = jnp.ones((2, 0, 3))

    flipped = flip_sequences(empty, jnp.zeros(2, int), time_axis=1, feature_axes=1)

    assert flipped.shape == (2, 0, 3)

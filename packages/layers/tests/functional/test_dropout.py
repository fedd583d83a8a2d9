import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramie.layers.errors import AxisError, InputDtypeError, MissingRngsError, RateError
from ramie.layers.functional import dropout

KEY = jax.random.key(0)


@settings(deadline=None, max_examples=20)
@given(rate=st.floats(0.0625, 0.9375, width=32), seed=st.integers(0, 99))
def test_elements_are_dropped_or_scaled_and_nothing_else(rate, seed):
    # In NumPy, which compiles nothing for each number of elements that are kept.
    outputs = np.asarray(dropout(jnp.full((50,), 3.0), jax.random.key(seed), rate))

    kept = outputs != 0
    np.testing.assert_allclose(outputs[kept], 3 / (1 - rate), rtol=1e-5)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_the_expected_value_is_kept(rate):
    outputs = dropout(jnp.ones(20_000), KEY, rate)

    np.testing.assert_allclose(outputs.mean(), 1, atol=0.1)
    np.testing.assert_allclose((outputs == 0).mean(), rate, atol=0.02)


def test_nothing_is_dropped_at_rate_0():
    inputs = jnp.ones(5)

    assert dropout(inputs, KEY, 0.0) is inputs


def test_everything_is_dropped_at_rate_1_also_in_gradients():
    outputs, gradient = jax.value_and_grad(lambda x: dropout(x, KEY, 1.0).sum())(
        jnp.ones(5)
    )

    assert outputs == 0
    np.testing.assert_array_equal(gradient, np.zeros(5))


@pytest.mark.parametrize("axis", [1, -1])
def test_elements_along_broadcast_axes_fall_together(axis):
    outputs = dropout(jnp.ones((64, 8)), KEY, 0.5, broadcast_dims=(axis,))

    assert (outputs == outputs[:, :1]).all()
    assert 0 < (outputs[:, 0] == 0).sum() < 64


def test_a_rate_may_be_traced():
    inputs = jnp.ones(9, jnp.bfloat16)

    traced = jax.jit(dropout)(inputs, KEY, 0.5)

    np.testing.assert_array_equal(traced, dropout(inputs, KEY, 0.5))


def test_half_precision_stays_half_precision():
    assert dropout(jnp.ones(5, jnp.bfloat16), KEY, 0.5).dtype == jnp.bfloat16


@pytest.mark.parametrize("rate", [-0.1, 1.5, float("nan"), None, "half"])
def test_a_rate_that_is_no_probability_is_refused(rate):
    with pytest.raises(RateError, match="Give the share of elements to drop") as caught:
        dropout(jnp.ones(5), KEY, rate)

    assert caught.value.rate is rate


def test_a_missing_key_is_refused():
    with pytest.raises(MissingRngsError, match="random numbers are needed"):
        dropout(jnp.ones(5), None, 0.5)


def test_integers_are_refused():
    with pytest.raises(InputDtypeError, match="floating dtype, got int32"):
        dropout(jnp.arange(5), KEY, 0.5)


def test_a_broadcast_axis_outside_is_refused():
    with pytest.raises(AxisError, match="dropout: axis 2"):
        dropout(jnp.ones((5, 2)), KEY, 0.5, broadcast_dims=(2,))

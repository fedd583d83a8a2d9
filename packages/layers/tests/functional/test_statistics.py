import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramie.layers.errors import AxisError, InputTypeError, StatisticsMaskError
from ramie.layers.functional import mean_and_variance, moving_average

AXES = st.sets(st.integers(-3, 2), min_size=1).filter(
    lambda axes: len({axis % 3 for axis in axes}) == len(axes)
)


@settings(deadline=None, max_examples=12)
@given(axes=AXES, fast=st.booleans(), seed=st.integers(0, 9))
def test_statistics_are_those_of_numpy(axes, fast, seed):
    values = np.random.default_rng(seed).normal(2, 3, size=(4, 3, 2))
    inputs = jnp.asarray(values, jnp.float32)

    mean, variance = mean_and_variance(inputs, tuple(axes), use_fast_variance=fast)

    np.testing.assert_allclose(mean, values.mean(tuple(axes)), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(variance, values.var(tuple(axes)), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("fast", [True, False])
def test_half_precision_is_summed_in_single(fast):
    inputs = jnp.full((1000, 1), 1 + 2**-7, jnp.bfloat16)

    mean, variance = mean_and_variance(inputs, 0, use_fast_variance=fast)

    assert mean.dtype == variance.dtype == jnp.float32
    np.testing.assert_allclose(mean, [1 + 2**-7], rtol=1e-6)


def test_the_slow_variance_is_exact_where_the_mean_is_large():
    inputs = jnp.array([9999.0, 10000.0, 10001.0])

    _, slow = mean_and_variance(inputs, 0, use_fast_variance=False)

    np.testing.assert_allclose(slow, 2 / 3, rtol=1e-6)


def test_the_fast_variance_is_never_negative():
    inputs = jnp.full((7,), 12345.678)

    _, variance = mean_and_variance(inputs, 0)

    assert variance >= 0


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("rank", [1, 2])
def test_a_mask_leaves_out_elements(fast, rank):
    inputs = jnp.array([[1.0, 50.0], [3.0, 4.0], [70.0, 8.0]])
    mask = jnp.array([[True, False], [True, True], [False, True]])
    if rank == 1:
        inputs, mask = inputs[:, :1].T, mask[:, 0]

    mean, variance = mean_and_variance(
        inputs, -rank % 2, mask=mask, use_fast_variance=fast
    )

    np.testing.assert_allclose(mean, [2, 6][: len(mean)], rtol=1e-6)
    np.testing.assert_allclose(variance, [1, 4][: len(mean)], rtol=1e-5)


def test_statistics_of_complex_numbers_have_a_real_variance():
    inputs = jnp.array([1 + 1j, 3 - 1j])

    mean, variance = mean_and_variance(inputs, 0)

    np.testing.assert_allclose(mean, 2 + 0j)
    np.testing.assert_allclose(variance, 2.0)
    assert not jnp.iscomplexobj(variance)


@pytest.mark.parametrize("fast", [True, False])
def test_slices_of_a_mapped_axis_count_together(fast):
    inputs = jnp.asarray(np.random.default_rng(0).normal(size=(2, 4, 3)), jnp.float32)

    def one(slice_):
        return mean_and_variance(slice_, 0, axis_name="i", use_fast_variance=fast)

    mean, variance = jax.vmap(one, axis_name="i")(inputs)

    np.testing.assert_allclose(mean[1], inputs.mean((0, 1)), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(variance[0], inputs.var((0, 1)), rtol=1e-4)


@pytest.mark.parametrize(
    "mask", [jnp.ones((3, 2)), jnp.ones((2, 2), bool), jnp.ones((1, 3, 2), bool)]
)
def test_a_mask_that_selects_nothing_is_refused(mask):
    with pytest.raises(StatisticsMaskError, match="True takes part") as caught:
        mean_and_variance(jnp.ones((3, 2)), 0, mask=mask)

    assert caught.value.mask_shape == mask.shape


def test_a_mask_that_is_no_array_is_refused():
    with pytest.raises(InputTypeError, match="mean_and_variance mask: "):
        mean_and_variance(jnp.ones((3, 2)), 0, mask="all")


def test_an_axis_outside_is_refused():
    with pytest.raises(AxisError, match="mean_and_variance: axis 2"):
        mean_and_variance(jnp.ones((3, 2)), 2)


@settings(deadline=None, max_examples=12)
@given(
    momentum=st.floats(0, 1, width=32),
    values=st.lists(st.floats(-9, 9, width=32), min_size=1, max_size=5),
)
def test_a_moving_average_is_a_geometric_sum(momentum, values):
    average = jnp.ones(1)
    for value in values:
        average = moving_average(average, jnp.full(1, value, jnp.float32), momentum)

    ages = np.arange(len(values))[::-1]
    expected = momentum ** len(values) + (1 - momentum) * np.sum(
        momentum**ages * np.array(values)
    )
    np.testing.assert_allclose(average, [expected], rtol=1e-4, atol=1e-4)


def test_a_moving_average_has_no_gradient():
    gradient = jax.grad(lambda new: moving_average(jnp.float32(1), new, 0.5))(2.0)

    assert gradient == 0


def test_a_moving_average_keeps_its_dtype():
    average = moving_average(jnp.ones(1), jnp.ones(1, jnp.complex64), 0.5)

    assert average.dtype == jnp.float32

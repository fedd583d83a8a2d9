import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramie.layers.errors import AxisError, FeatureCountError
from ramie.layers.functional import mean_and_variance, normalize
from ramie.layers.functional._norm import check_features


def standardized(inputs, axes, epsilon=0.0):
    mean, variance = mean_and_variance(inputs, axes, use_fast_variance=False)
    return normalize(
        inputs, mean, variance, reduction_axes=axes, feature_axes=-1, epsilon=epsilon
    )


@settings(deadline=None, max_examples=12)
@given(
    axes=st.sampled_from([0, 1, -1, (0, 1), (-1, -2), (0, 1, 2)]),
    scale=st.floats(0.125, 64, width=32),
    shift=st.floats(-64, 64, width=32),
    seed=st.integers(0, 9),
)
def test_normalized_values_have_mean_0_and_variance_1(axes, scale, shift, seed):
    inputs = (
        jnp.asarray(np.random.default_rng(seed).normal(size=(6, 7, 8)), jnp.float32)
        * scale
        + shift
    )

    outputs = standardized(inputs, axes)

    np.testing.assert_allclose(outputs.mean(axes), 0, atol=2e-3)
    np.testing.assert_allclose(outputs.var(axes), 1, rtol=2e-3)


def test_constant_inputs_stay_finite():
    outputs = standardized(jnp.full((4, 3), 7.0), -1, epsilon=1e-6)

    np.testing.assert_array_equal(outputs, np.zeros((4, 3)))


@pytest.mark.parametrize("feature_axes", [(1, 2), (2, 1), (-1, -2)])
def test_scale_and_bias_vary_over_the_feature_axes(feature_axes):
    scale, bias = jnp.arange(6.0), jnp.arange(6.0) * 10

    outputs = normalize(
        jnp.ones((4, 2, 3)),
        jnp.zeros(4),
        jnp.ones(4),
        scale,
        bias,
        reduction_axes=(1, 2),
        feature_axes=feature_axes,
        epsilon=0.0,
    )

    np.testing.assert_array_equal(outputs[3], (scale + bias).reshape(2, 3))


def test_single_precision_statistics_leave_half_precision_outputs():
    inputs = jnp.ones((4, 3), jnp.bfloat16)

    outputs = normalize(
        inputs,
        jnp.zeros(4),
        jnp.ones(4),
        jnp.ones(3, jnp.bfloat16),
        reduction_axes=-1,
        feature_axes=-1,
        epsilon=0.0,
    )

    assert outputs.dtype == jnp.bfloat16


def test_a_wrong_number_of_features_is_refused():
    with pytest.raises(FeatureCountError, match="Pass inputs with 4 features"):
        normalize(
            jnp.ones((2, 3)),
            jnp.zeros(2),
            jnp.ones(2),
            jnp.ones(4),
            reduction_axes=-1,
            feature_axes=-1,
            epsilon=0.0,
        )


def test_features_spread_over_axes_are_counted_together():
    check_features("f", (5, 2, 3), (-1, -2), 6)

    with pytest.raises(FeatureCountError, match="axes 1, 2 must hold 5"):
        check_features("f", (5, 2, 3), (-1, -2), 5)


def test_an_axis_outside_is_refused():
    with pytest.raises(AxisError, match="axis 5 does not exist"):
        standardized(jnp.ones((2, 3)), 5)

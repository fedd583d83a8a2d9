import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers import InstanceNorm
from ramie.layers.errors import BatchFeatureError, FeatureCountError
from ramie.module import Rngs


def test_each_feature_of_each_example_is_normalized_over_space():
    inputs = (
        jnp.asarray(np.random.default_rng(0).normal(size=(2, 5, 7, 3)), jnp.float32) * 3
        + 1
    )

    outputs = InstanceNorm(3, epsilon=0.1, rngs=Rngs(0))(inputs)

    x = np.asarray(inputs)
    mean, variance = x.mean((1, 2), keepdims=True), x.var((1, 2), keepdims=True)
    expected = (x - mean) / np.sqrt(variance + 0.1)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("axes", [0, (0, -1), -3])
def test_the_batch_cannot_hold_features(axes):
    with pytest.raises(BatchFeatureError, match="Leave axis 0 out"):
        InstanceNorm(3, feature_axes=axes, rngs=Rngs(0))(jnp.ones((3, 2, 3)))


def test_a_wrong_number_of_features_is_refused():
    with pytest.raises(FeatureCountError, match="InstanceNorm: axis 1 must hold 3"):
        InstanceNorm(3, rngs=Rngs(0))(jnp.ones((2, 4)))

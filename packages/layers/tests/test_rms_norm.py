import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers import RMSNorm
from ramie.layers.errors import AxisError, FeatureCountError, RngsTypeError, SizeError
from ramie.module import Rngs


def test_each_example_is_divided_by_the_root_of_its_mean_square():
    inputs = jnp.asarray(np.random.default_rng(0).normal(size=(5, 4)), jnp.float32) * 3

    outputs = RMSNorm(4, epsilon=0.5, rngs=Rngs(0))(inputs)

    x = np.asarray(inputs)
    expected = x / np.sqrt((x**2).mean(-1, keepdims=True) + 0.5)
    np.testing.assert_allclose(outputs, expected, rtol=1e-5)


def test_masked_elements_do_not_count():
    layer = RMSNorm(3, use_scale=False, epsilon=0.0, rngs=Rngs(0))

    outputs = layer(jnp.array([[3.0, 3.0, 99.0]]), jnp.array([True, True, False]))

    np.testing.assert_allclose(outputs, [[1, 1, 33]], rtol=1e-6)


def test_slices_of_a_mapped_axis_share_their_mean_square():
    layer = RMSNorm(2, use_scale=False, axis_name="devices", rngs=Rngs(0))
    inputs = jnp.asarray(np.random.default_rng(0).normal(size=(3, 5, 2)), jnp.float32)

    outputs = jax.vmap(layer, axis_name="devices")(inputs)

    x = np.asarray(inputs)
    expected = x / np.sqrt((x**2).mean((0, 2), keepdims=True) + 1e-6)
    np.testing.assert_allclose(outputs, expected, rtol=1e-5)


def test_what_does_not_fit_is_refused():
    with pytest.raises(RngsTypeError, match="RMSNorm: rngs must be an Rngs"):
        RMSNorm(4, rngs=0)
    with pytest.raises(SizeError, match="RMSNorm: num_features"):
        RMSNorm(-1, rngs=Rngs(0))
    with pytest.raises(FeatureCountError, match="RMSNorm: axis 1 must hold 4"):
        RMSNorm(4, rngs=Rngs(0))(jnp.ones((2, 5)))
    with pytest.raises(AxisError, match="axis 3 does not exist"):
        RMSNorm(4, reduction_axes=3, rngs=Rngs(0))(jnp.ones((2, 4)))

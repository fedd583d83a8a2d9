import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn
from ramie.layers.errors import AxisError, BatchFeatureError

KEY = jax.random.key(0)
X = jnp.arange(24.0).reshape(2, 3, 4) ** 2 / 100


def test_layer_norm_takes_features_together():
    y, variables = nn.LayerNorm().init_with_output(KEY, X)
    assert {name: a.shape for name, a in variables["params"].items()} == {
        "scale": (4,),
        "bias": (4,),
    }
    np.testing.assert_allclose(y.mean(-1), np.zeros((2, 3)), atol=1e-5)


def test_scale_and_bias_may_have_several_axes():
    layer = nn.LayerNorm(reduction_axes=(1, 2), feature_axes=(2, 1))
    assert layer.init(KEY, X)["params"]["scale"].shape == (3, 4)


def test_an_axis_must_exist():
    with pytest.raises(AxisError, match="LayerNorm: axis 3"):
        nn.LayerNorm(feature_axes=3).init(KEY, X)


def test_rms_norm_divides_by_the_root_of_the_mean_square():
    y, variables = nn.RMSNorm(epsilon=0.0).init_with_output(KEY, X)
    assert list(variables["params"]) == ["scale"]
    x = np.asarray(X)
    expected = x / np.sqrt((x**2).mean(-1, keepdims=True))
    np.testing.assert_allclose(y, expected, rtol=1e-5)


def test_instance_norm_takes_examples_and_features_apart():
    y = nn.InstanceNorm().init_with_output(KEY, X)[0]
    np.testing.assert_allclose(y.mean(1), np.zeros((2, 4)), atol=1e-5)


def test_the_batch_holds_no_features():
    with pytest.raises(BatchFeatureError):
        nn.InstanceNorm(feature_axes=(0, -1)).init(KEY, X)

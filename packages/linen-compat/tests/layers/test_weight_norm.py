import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn

X = jnp.arange(6.0).reshape(2, 3)


def lengths(kernel, axis=0):
    return np.sqrt((np.asarray(kernel) ** 2).sum(axis=axis))


def test_the_layer_sees_kernels_of_the_length_of_the_scale():
    layer = nn.WeightNorm(nn.Dense(4))
    variables = layer.init(jax.random.key(0), X)
    params = variables["params"]
    scaled = {**params, "layer_instance/kernel/scale": jnp.arange(4.0)}

    y = layer.apply({"params": scaled}, X)

    kernel = np.asarray(params["layer_instance"]["kernel"])
    expected = X @ (kernel / lengths(kernel) * np.arange(4.0))
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-5)


def test_parameters_are_made_normalised():
    variables = nn.WeightNorm(nn.Dense(4)).init(jax.random.key(0), X)

    kernel = variables["params"]["layer_instance"]["kernel"]

    np.testing.assert_allclose(lengths(kernel), np.ones(4), rtol=1e-5)
    assert jax.tree.map(jnp.shape, variables["params"]) == {
        "layer_instance": {"bias": (4,), "kernel": (3, 4)},
        "layer_instance/kernel/scale": (4,),
    }


def test_one_length_for_all_weights_and_none_that_is_learned():
    layer = nn.WeightNorm(nn.Dense(4), feature_axes=None, use_scale=False)

    params = layer.init(jax.random.key(0), X)["params"]

    assert list(params) == ["layer_instance"]
    whole = lengths(params["layer_instance"]["kernel"], axis=None)
    np.testing.assert_allclose(whole, 1.0, rtol=1e-5)


def test_names_choose_what_is_normalised():
    params = nn.WeightNorm(nn.Dense(4), variable_filter=None).init(
        jax.random.key(0), X
    )["params"]

    assert params["layer_instance/bias/scale"].shape == (4,)


def test_a_layer_made_elsewhere_keeps_its_name():
    class Net(nn.Module):
        @nn.compact
        def __call__(self, x):
            return nn.WeightNorm(nn.Dense(4))(x)

    params = Net().init(jax.random.key(0), X)["params"]

    assert params["Dense_0"]["kernel"].shape == (3, 4)
    assert params["WeightNorm_0"]["Dense_0/kernel/scale"].shape == (4,)


@pytest.mark.parametrize("dtype", [None, jnp.bfloat16])
def test_the_layer_sees_weights_of_the_dtype(dtype):
    layer = nn.WeightNorm(nn.Dense(4, use_bias=False), dtype=dtype)

    params = layer.init(jax.random.key(0), X)["params"]

    assert params["layer_instance"]["kernel"].dtype == (dtype or jnp.float32)

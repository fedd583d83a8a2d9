import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn
from ramie.layers import functional
from ramie.layers.errors import GroupCountError, KernelMaskError

KEY = jax.random.key(0)
X = jnp.arange(40.0).reshape(2, 5, 4) / 40


def test_a_kernel_slides_over_the_inputs():
    layer = nn.Conv(6, (3,), strides=2, bias_init=nn.initializers.ones)
    y, variables = layer.init_with_output(KEY, X)
    kernel = variables["params"]["kernel"]
    assert kernel.shape == (3, 4, 6)
    expected = functional.conv(X, kernel, jnp.ones(6), strides=2)
    np.testing.assert_allclose(y, expected, rtol=1e-6)


def test_an_int_is_the_size_of_a_kernel_of_one_axis():
    assert nn.Conv(6, 3, use_bias=False).init(KEY, X)["params"]["kernel"].ndim == 3


def test_each_group_of_features_has_its_kernel():
    variables = nn.Conv(6, (3,), feature_group_count=2).init(KEY, X)
    assert variables["params"]["kernel"].shape == (3, 2, 6)


@pytest.mark.parametrize(("features", "groups"), [(6, 3), (5, 2), (6, 0)])
def test_features_fall_into_equal_groups(features, groups):
    with pytest.raises(GroupCountError):
        nn.Conv(features, (3,), feature_group_count=groups).init(KEY, X)


def test_a_mask_switches_weights_off():
    layer = nn.Conv(6, (3,), mask=np.zeros((3, 4, 6)))
    assert not layer.init_with_output(KEY, X)[0].any()
    with pytest.raises(KernelMaskError):
        nn.Conv(6, (3,), mask=np.zeros(3)).init(KEY, X)


def test_it_convolves_with_what_it_is_given():
    def twice(lhs, rhs, strides, padding, *, precision, **options):
        assert "out_sharding" not in options
        return 2 * jax.lax.conv_general_dilated(
            lhs, rhs, strides, padding, precision=precision, **options
        )

    variables = nn.Conv(6, (3,)).init(KEY, X)
    y = nn.Conv(6, (3,)).apply(variables, X)
    doubled = nn.Conv(6, (3,), conv_general_dilated=twice).apply(variables, X)
    np.testing.assert_allclose(doubled, 2 * y, rtol=1e-6)
    made = nn.Conv(6, (3,), conv_general_dilated_cls=lambda: twice)
    np.testing.assert_array_equal(made.apply(variables, X), doubled)


def test_a_local_convolution_has_weights_for_each_place():
    layer = nn.ConvLocal(6, (3,), padding="VALID", bias_init=nn.initializers.ones)
    y, variables = layer.init_with_output(KEY, X)
    kernel, bias = variables["params"]["kernel"], variables["params"]["bias"]
    assert (kernel.shape, bias.shape) == ((3, 12, 6), (3, 6))
    expected = functional.conv_local(X, kernel, bias, kernel_size=(3,), padding="VALID")
    np.testing.assert_allclose(y, expected, rtol=1e-6)


def test_a_local_convolution_has_no_groups():
    with pytest.raises(NotImplementedError, match="no groups"):
        nn.ConvLocal(6, (3,), feature_group_count=2).init(KEY, X)

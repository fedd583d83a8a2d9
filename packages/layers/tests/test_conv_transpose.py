import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers import Conv, ConvTranspose
from ramie.layers.errors import (
    AxisCountError,
    FeatureCountError,
    InputRankError,
    KernelMaskError,
    PaddingError,
)
from ramie.module import Rngs


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_inputs_are_spread_and_summed_over_the_kernel(stride):
    layer = ConvTranspose(1, 1, 3, stride, padding="VALID", rngs=Rngs(0))
    inputs = jnp.array([[1.0], [2.0], [-1.0]])

    outputs = layer(inputs)

    # JAX does not flip the kernel: the last weight meets an input first.
    kernel = np.asarray(layer.kernel.get_value()).ravel()[::-1]
    expected = np.zeros(stride * 2 + 3)
    for place, value in enumerate([1.0, 2.0, -1.0]):
        expected[place * stride : place * stride + 3] += value * kernel
    np.testing.assert_allclose(outputs.ravel(), expected, rtol=1e-5)


def test_with_a_transposed_kernel_it_is_the_gradient_of_conv():
    conv = Conv(2, 3, 3, strides=2, padding="VALID", use_bias=False, rngs=Rngs(0))
    layer = ConvTranspose(
        3, 2, 3, 2, padding="VALID", transpose_kernel=True, use_bias=False, rngs=Rngs(0)
    )
    layer.kernel.set_value(conv.kernel.get_value())
    cotangent = jnp.asarray(
        np.random.default_rng(0).normal(size=(1, 4, 3)), jnp.float32
    )

    (gradient,) = jax.vjp(conv, jnp.zeros((1, 9, 2)))[1](cotangent)

    np.testing.assert_allclose(layer(cotangent), gradient, rtol=1e-4, atol=1e-5)


def test_circular_outputs_turn_with_their_inputs():
    layer = ConvTranspose(1, 1, 5, 2, padding="CIRCULAR", rngs=Rngs(0))
    inputs = jnp.asarray(np.random.default_rng(0).normal(size=(1, 6, 1)), jnp.float32)

    turned = layer(jnp.roll(inputs, 1, axis=1))

    expected = jnp.roll(layer(inputs), 2, axis=1)
    np.testing.assert_allclose(turned, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"padding": "REFLECT"}, PaddingError),
        ({"padding": (1, 2, 3)}, PaddingError),
        ({"padding": None}, PaddingError),
        ({"strides": (2,)}, AxisCountError),
        ({"strides": 0}, AxisCountError),
        ({"kernel_dilation": (1, 1, 1)}, AxisCountError),
        ({"mask": jnp.ones((3, 3))}, KernelMaskError),
    ],
)
def test_settings_that_do_not_fit_are_refused_when_built(settings, error):
    with pytest.raises(error, match="ConvTranspose: "):
        ConvTranspose(2, 3, (3, 3), **settings, rngs=Rngs(0))


def test_inputs_that_do_not_fit_are_refused():
    layer = ConvTranspose(2, 3, (3, 3), rngs=Rngs(0))

    with pytest.raises(FeatureCountError, match="must hold 2 features"):
        layer(jnp.ones((1, 4, 4, 5)))
    with pytest.raises(InputRankError, match="at least 3 axes"):
        layer(jnp.ones((4, 2)))

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers.errors import AxisCountError, InputRankError, LocalShapeError
from ramie.layers.functional import conv, conv_local, local_kernel_shape


def array(*shape, seed=0):
    values = np.random.default_rng(seed).normal(size=shape)
    return jnp.asarray(values, jnp.float32)


def test_each_place_has_weights_of_its_own():
    inputs, kernel, bias = array(2, 5, 3), array(2, 6, 4, seed=1), array(2, 4, seed=2)

    outputs = conv_local(
        inputs, kernel, bias, kernel_size=(2,), strides=3, padding="VALID"
    )

    windows = np.stack([inputs[:, 0:2], inputs[:, 3:5]], axis=1)
    weights = np.asarray(kernel).reshape(2, 3, 2, 4)
    expected = np.einsum("btki,tiko->bto", windows, weights) + np.asarray(bias)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


def test_the_same_weights_everywhere_are_a_convolution_of_any_rank():
    inputs, kernel = array(2, 1, 4, 5, 3), array(2, 2, 3, 4, seed=1)
    flat = jnp.moveaxis(kernel, 2, 0).reshape(12, 4)
    shape = local_kernel_shape(inputs.shape, 4, kernel_size=(2, 2), kernel_dilation=2)

    outputs = conv_local(
        inputs, jnp.broadcast_to(flat, shape), kernel_size=(2, 2), kernel_dilation=2
    )

    expected = conv(inputs, kernel, kernel_dilation=2)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("settings", "places"),
    [
        ({}, 5),
        ({"strides": 2}, 3),
        ({"padding": "CAUSAL"}, 5),
        ({"padding": 1, "kernel_dilation": 2}, 5),
        ({"padding": 0, "input_dilation": 2}, 8),
    ],
)
def test_there_are_weights_for_every_output(settings, places):
    shape = local_kernel_shape((7, 5, 3), 4, kernel_size=(2,), **settings)

    assert shape == (places, 6, 4)
    inputs, kernel = (jax.ShapeDtypeStruct(s, jnp.float32) for s in ((7, 5, 3), shape))
    outputs = jax.eval_shape(
        lambda x, k: conv_local(x, k, kernel_size=(2,), **settings), inputs, kernel
    )
    assert outputs.shape == (7, places, 4)


def test_the_bias_decides_the_dtype_too():
    outputs = conv_local(
        jnp.ones((2, 1), jnp.bfloat16),
        jnp.ones((2, 1, 1), jnp.bfloat16),
        jnp.zeros((2, 1)),
        kernel_size=(1,),
    )

    assert outputs.dtype == jnp.float32


@pytest.mark.parametrize("wrong", ["kernel", "bias"])
def test_weights_for_other_places_are_refused(wrong):
    given = {"kernel": jnp.ones((5, 6, 4)), "bias": jnp.ones((5, 4))}

    with pytest.raises(LocalShapeError, match=f"conv_local: {wrong} must have shape"):
        conv_local(
            jnp.ones((5, 3)), **{**given, wrong: given[wrong][1:]}, kernel_size=(2,)
        )


def test_what_does_not_fit_the_window_is_refused():
    with pytest.raises(InputRankError, match="conv_local: inputs need at least 3"):
        local_kernel_shape((5, 3), 4, kernel_size=(2, 2))
    with pytest.raises(AxisCountError, match="strides"):
        local_kernel_shape((5, 3), 4, kernel_size=(2,), strides=(1, 1))

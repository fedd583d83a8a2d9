import itertools
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramie.layers.errors import (
    AxisCountError,
    FeatureCountError,
    InputRankError,
    PaddingError,
)
from ramie.layers.functional import conv, conv_transpose


def array(*shape, seed=0):
    values = np.random.default_rng(seed).normal(size=shape)
    return jnp.asarray(values, jnp.float32)


# One program for a case takes less time than one for each of its operations.
compiled = jax.jit(
    conv_transpose,
    static_argnames=("strides", "kernel_dilation", "padding", "transpose_kernel"),
)


def explicit(inputs, kernel, stride=1, dilation=1):
    """Every input adds the kernel, last weight first, to the outputs from it on."""
    length, size = inputs.shape[0], kernel.shape[0]
    reach = (size - 1) * dilation + 1
    total = max(length - 1, 0) * stride + reach
    outputs = np.zeros((total + max(stride - reach, 0), kernel.shape[2]))
    for t, k in itertools.product(range(length), range(size)):
        place = t * stride + (size - 1 - k) * dilation
        outputs[place] += np.asarray(inputs[t]) @ np.asarray(kernel[k])
    return outputs


def assert_near(ours, expected):
    np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-5)


@settings(deadline=None, max_examples=10)
@given(
    length=st.integers(1, 5),
    size=st.integers(1, 4),
    stride=st.integers(1, 3),
    dilation=st.integers(1, 2),
)
def test_valid_outputs_are_all_that_inputs_spread_to(length, size, stride, dilation):
    inputs, kernel = array(length, 2), array(size, 2, 3, seed=1)

    outputs = compiled(
        inputs, kernel, strides=stride, kernel_dilation=dilation, padding="VALID"
    )

    assert_near(outputs, explicit(inputs, kernel, stride, dilation))


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 3, 4])
@pytest.mark.parametrize("padding", ["SAME", "SAME_LOWER", "CIRCULAR"])
def test_same_and_circular_padding_give_stride_outputs_for_an_input(
    padding, size, stride
):
    spread = partial(conv_transpose, strides=stride, padding=padding)

    outputs = jax.eval_shape(spread, jnp.ones((2, 5, 1)), jnp.ones((size, 1, 1)))

    assert outputs.shape == (2, 5 * stride, 1)


@pytest.mark.parametrize("padding", ["SAME", "SAME_LOWER"])
def test_of_an_odd_number_of_zeros_more_are_in_front(padding):
    inputs, kernel = array(4, 1), array(4, 1, 1, seed=1)

    outputs = compiled(inputs, kernel, padding=padding)

    assert_near(outputs, explicit(inputs, kernel)[1:5])


@pytest.mark.parametrize(
    ("size", "stride", "turned"),
    [(3, 1, False), (4, 2, False), (12, 1, False), (12, 2, True), (3, 2, True)],
)
def test_circular_outputs_wrap_what_stands_out_around(size, stride, turned):
    inputs, kernel = array(4, 2), array(size, 2, 3, seed=1)
    period = 4 * stride

    given = np.flip(kernel, 0).swapaxes(1, 2) if turned else kernel
    outputs = compiled(
        inputs, given, strides=stride, padding="CIRCULAR", transpose_kernel=turned
    )

    full = explicit(inputs, kernel, stride)
    expected = np.zeros((period, 3))
    for place, value in enumerate(full):
        expected[(place - (len(full) - period + turned) // 2) % period] += value
    assert_near(outputs, expected)


@pytest.mark.parametrize(
    ("padding", "pairs"),
    [
        (0, [(0, 0), (0, 0)]),
        (2, [(2, 2), (2, 2)]),
        ((1, 2), [(1, 1), (2, 2)]),
        ([(1, 0), 2], [(1, 0), (2, 2)]),
    ],
)
def test_amounts_are_zeros_around_the_spread_inputs(padding, pairs):
    inputs, kernel = array(1, 4, 5, 2), array(3, 2, 2, 3, seed=1)

    outputs = conv_transpose(inputs, kernel, padding=padding)

    padded = np.pad(inputs, [(0, 0), *pairs, (0, 0)])
    assert_near(outputs, conv(padded, kernel, padding="VALID"))


@pytest.mark.parametrize("stride", [1, 2])
def test_a_transposed_kernel_gives_the_gradient_of_conv(stride):
    kernel, cotangent = array(3, 3, 2, 5), array(1, 3, 3, 5, seed=1)
    options = {"strides": stride, "padding": "VALID"}
    size = 2 * stride + 3
    inputs = jnp.zeros((1, size, size, 2))

    outputs = compiled(cotangent, kernel, transpose_kernel=True, **options)

    def pulled(inputs, cotangent):
        return jax.vjp(lambda x: conv(x, kernel, **options), inputs)[1](cotangent)

    assert_near(outputs, jax.jit(pulled)(inputs, cotangent)[0])


@pytest.mark.parametrize("batch", [(), (1,), (2, 3), (0,)])
def test_any_number_of_batch_axes_is_kept(batch):
    inputs, kernel, bias = array(*batch, 4, 2), array(3, 2, 5), array(5)

    outputs = compiled(inputs, kernel, bias, strides=2)

    assert outputs.shape == (*batch, 8, 5)
    flat = np.asarray(inputs).reshape(-1, 4, 2)
    for one, expected in zip(np.asarray(outputs).reshape(-1, 8, 5), flat, strict=True):
        alone = np.asarray(compiled(expected, kernel, strides=2))
        assert_near(one, alone + np.asarray(bias))


def test_the_dtype_of_sums_can_be_chosen():
    half = jnp.ones((4, 2), jnp.bfloat16), jnp.ones((3, 2, 5), jnp.bfloat16)

    assert conv_transpose(*half).dtype == jnp.bfloat16
    wide = conv_transpose(*half, preferred_element_type=jnp.float32)
    assert wide.dtype == jnp.float32


@pytest.mark.parametrize(
    "padding",
    ["REFLECT", "same", "valid", (1,), (1, 2, 3), None, (1, "a"), ((1, 2, 3), 1)],
)
def test_other_paddings_are_refused(padding):
    with pytest.raises(PaddingError, match="conv_transpose: "):
        conv_transpose(jnp.ones((4, 4, 2)), jnp.ones((3, 3, 2, 5)), padding=padding)


def test_what_does_not_fit_is_refused():
    inputs, kernel = jnp.ones((4, 4, 2)), jnp.ones((3, 3, 2, 5))

    with pytest.raises(InputRankError, match="conv_transpose: inputs need at least 3"):
        conv_transpose(inputs[0], kernel)
    with pytest.raises(FeatureCountError, match=r"conv_transpose: .* hold 2"):
        conv_transpose(jnp.ones((4, 4, 3)), kernel)
    with pytest.raises(FeatureCountError, match=r"conv_transpose: .* hold 5"):
        conv_transpose(inputs, kernel, transpose_kernel=True)
    with pytest.raises(AxisCountError, match="conv_transpose: strides"):
        conv_transpose(inputs, kernel, strides=(1, 2, 3))
    with pytest.raises(AxisCountError, match="conv_transpose: kernel_dilation"):
        conv_transpose(inputs, kernel, kernel_dilation=0)

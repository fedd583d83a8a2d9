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
    KernelMaskError,
)
from ramie.layers.functional import conv, mask_kernel


def explicit_conv(inputs, kernel, stride, dilation, groups):
    """The sum of the docstring, written as loops over single numbers."""
    batch, length, _ = inputs.shape
    size, group_features, features = kernel.shape
    steps = max(0, (length - (size - 1) * dilation - 1) // stride + 1)
    outputs = np.zeros((batch, steps, features))
    for b, t, o in itertools.product(range(batch), range(steps), range(features)):
        first = o // (features // groups) * group_features
        for k, i in itertools.product(range(size), range(group_features)):
            outputs[b, t, o] += (
                inputs[b, stride * t + dilation * k, first + i] * kernel[k, i, o]
            )
    return outputs


@settings(deadline=None, max_examples=12)
@given(
    length=st.integers(1, 6),
    size=st.integers(1, 3),
    stride=st.integers(1, 3),
    dilation=st.integers(1, 2),
    groups=st.integers(1, 2),
)
def test_conv_is_the_sum_it_promises(length, size, stride, dilation, groups):
    random = np.random.default_rng(0)
    inputs = random.normal(size=(2, length, 2 * groups)).astype(np.float32)
    kernel = random.normal(size=(size, 2, 2 * groups)).astype(np.float32)

    outputs = conv(
        jnp.asarray(inputs),
        jnp.asarray(kernel),
        strides=stride,
        kernel_dilation=dilation,
        feature_group_count=groups,
        padding="VALID",
    )

    expected = explicit_conv(inputs, kernel, stride, dilation, groups)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("padding", ["SAME", "SAME_LOWER", "CIRCULAR", "REFLECT"])
@pytest.mark.parametrize("size", [(3, 3), (4, 1)])
def test_same_padding_keeps_the_spatial_size(padding, size):
    kernel = jnp.ones((*size, 3, 8))

    slide = partial(conv, padding=padding, kernel_dilation=2)

    outputs = jax.eval_shape(slide, jnp.ones((2, 7, 6, 3)), kernel)

    assert outputs.shape == (2, 7, 6, 8)


def test_causal_padding_never_looks_ahead():
    def last_seen(signal):
        return conv(signal, jnp.ones((3, 1, 1)), padding="CAUSAL")

    slope = jax.jit(jax.jacobian(lambda s: last_seen(s[:, None])[:, 0]))
    influence = np.asarray(slope(jnp.ones(5)))

    np.testing.assert_array_equal(influence, np.tril(influence))
    assert influence[4].tolist() == [0, 0, 1, 1, 1]


def test_circular_padding_commutes_with_rolling_the_inputs():
    inputs = jnp.asarray(np.random.default_rng(0).normal(size=(1, 6, 2)), jnp.float32)
    kernel = jnp.asarray(np.random.default_rng(1).normal(size=(3, 2, 2)), jnp.float32)

    rolled_before = conv(jnp.roll(inputs, 2, axis=1), kernel, padding="CIRCULAR")
    rolled_after = jnp.roll(conv(inputs, kernel, padding="CIRCULAR"), 2, axis=1)

    np.testing.assert_allclose(rolled_before, rolled_after, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("batch", [(), (2,), (2, 3), (0,)])
def test_any_number_of_batch_axes_comes_back(batch):
    inputs = jnp.ones((*batch, 5, 2))

    outputs = conv(inputs, jnp.ones((3, 2, 4)), jnp.zeros(4))

    assert outputs.shape == (*batch, 5, 4)


def test_batches_are_computed_one_by_one():
    inputs = jnp.asarray(
        np.random.default_rng(0).normal(size=(2, 3, 5, 2)), jnp.float32
    )
    kernel = jnp.asarray(np.random.default_rng(1).normal(size=(3, 2, 4)), jnp.float32)

    together = conv(inputs, kernel)

    np.testing.assert_allclose(together[1, 2], conv(inputs[1, 2], kernel), rtol=1e-5)


def test_dilated_inputs_have_zeros_between():
    outputs = conv(
        jnp.array([[[1.0], [2.0]]]),
        jnp.ones((1, 1, 1)),
        input_dilation=3,
        padding=0,
    )

    np.testing.assert_array_equal(outputs.ravel(), [1, 0, 0, 2])


def test_a_wrong_number_of_features_is_refused_with_the_number_wanted():
    with pytest.raises(FeatureCountError, match="Pass inputs with 4 features") as error:
        conv(jnp.ones((1, 5, 3)), jnp.ones((3, 2, 6)), feature_group_count=2)

    assert error.value.given == 3


def test_missing_spatial_axes_are_refused():
    with pytest.raises(InputRankError, match="at least 3 axes"):
        conv(jnp.ones((5, 2)), jnp.ones((3, 3, 2, 4)))


@pytest.mark.parametrize("setting", ["strides", "input_dilation", "kernel_dilation"])
def test_settings_for_other_axes_are_refused_by_name(setting):
    with pytest.raises(AxisCountError, match=rf"conv: {setting}=\(1, 2, 3\)"):
        conv(jnp.ones((1, 5, 2)), jnp.ones((3, 2, 4)), **{setting: (1, 2, 3)})


def test_a_mask_switches_weights_off():
    kernel = jnp.full((2, 1, 1), 5.0)

    masked = mask_kernel(kernel, jnp.array([1, 0]).reshape(2, 1, 1))

    np.testing.assert_array_equal(masked.ravel(), [5, 0])


def test_no_mask_leaves_the_kernel_alone():
    kernel = jnp.ones((2, 1, 1))

    assert mask_kernel(kernel, None) is kernel


def test_a_mask_of_another_shape_is_refused_with_both_shapes():
    with pytest.raises(KernelMaskError, match="broadcast_to") as caught:
        mask_kernel(jnp.ones((2, 1, 3)), jnp.ones(3))

    assert caught.value.mask_shape == (3,)
    assert caught.value.kernel_shape == (2, 1, 3)

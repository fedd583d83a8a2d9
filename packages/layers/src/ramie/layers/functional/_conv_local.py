"""Convolution whose weights differ from place to place."""

import math
from functools import partial
from typing import Any

import jax
import numpy as np
from jax import lax

from ramie.layers.errors import InputRankError, LocalShapeError
from ramie.layers.typing import Padding, PerAxis, Precision, Shape

from ._axes import per_axis
from ._conv import conv, features_last, one_batch_axis, with_batch_axes
from ._dtypes import cast, common_dtype
from ._padding import pad_inputs


def conv_local(
    inputs: jax.Array,
    kernel: jax.Array,
    bias: jax.Array | None = None,
    *,
    kernel_size: Shape,
    strides: PerAxis = 1,
    padding: Padding = "SAME",
    input_dilation: PerAxis = 1,
    kernel_dilation: PerAxis = 1,
    precision: Precision = None,
) -> jax.Array:
    """Slide a window over the inputs, with weights of its own for each place.

    For one spatial axis of outputs t, stride s and kernel dilation d it computes

        out[b, t, o] = bias[t, o] + sum_{k, i} padded[b, s*t + d*k, i] * w[t, i, k, o]

    where the kernel holds w with i and k made one axis. LeCun, "Generalization and
    Network Design Strategies" (1989), compares such layers with convolutions.

    Args:
        inputs: an array of shape (*batch, *spatial, in_features), with any number
            of batch axes, also none.
        kernel: an array of shape (*new_spatial, in_features * prod(kernel_size),
            out_features), of the dtype of `inputs`; see `local_kernel_shape`.
        bias: an array of shape (*new_spatial, out_features), or None.
        kernel_size: the size of the window along each spatial axis.
        strides: see `conv`, as for all below.
        padding: what surrounds the inputs.
        input_dilation: the distance between neighbouring inputs.
        kernel_dilation: the distance between neighbouring weights.
        precision: the precision of the products.

    Returns:
        An array of shape (*batch, *new_spatial, out_features).

    Raises:
        InputRankError: `inputs` lacks spatial axes.
        LocalShapeError: kernel or bias have other axes than these.
        AxisCountError: strides or dilations for another number of axes.
        PaddingError: the padding is not one of the accepted forms.

    Example:
        >>> signal = jnp.array([[1.0], [2.0], [4.0]])
        >>> kernel = jnp.array([[-1.0, 1.0], [10.0, 0.0]]).reshape(2, 2, 1)
        >>> conv_local(signal, kernel, kernel_size=(2,), padding="VALID").ravel()
        Array([ 1., 20.], dtype=float32)
    """
    spatial = len(kernel_size)
    settings: dict[str, Any] = {
        "kernel_size": kernel_size,
        "strides": strides,
        "padding": padding,
        "input_dilation": input_dilation,
        "kernel_dilation": kernel_dilation,
    }
    expected = local_kernel_shape(inputs.shape, kernel.shape[-1], **settings)
    _check("kernel", kernel, expected)
    if bias is not None:
        _check("bias", bias, (*expected[:-2], expected[-1]))

    lhs_dilation = per_axis("conv_local", "input_dilation", input_dilation, spatial)
    rhs_dilation = per_axis("conv_local", "kernel_dilation", kernel_dilation, spatial)
    inputs, batch = one_batch_axis(inputs, spatial)
    inputs, native_padding = pad_inputs(
        inputs,
        padding,
        kernel_size=kernel_size,
        input_dilation=lhs_dilation,
        kernel_dilation=rhs_dilation,
    )
    outputs = lax.conv_general_dilated_local(
        inputs,
        kernel,
        per_axis("conv_local", "strides", strides, spatial),
        native_padding,
        kernel_size,
        lhs_dilation=lhs_dilation,
        rhs_dilation=rhs_dilation,
        dimension_numbers=features_last(spatial),
        precision=precision,
    )
    if bias is not None:
        dtype = common_dtype(outputs, bias)
        outputs = cast(outputs, dtype) + lax.expand_dims(cast(bias, dtype), (0,))
    return with_batch_axes(outputs, batch)


def local_kernel_shape(
    input_shape: Shape,
    out_features: int,
    *,
    kernel_size: Shape,
    strides: PerAxis = 1,
    padding: Padding = "SAME",
    input_dilation: PerAxis = 1,
    kernel_dilation: PerAxis = 1,
) -> Shape:
    """The shape of the kernel of `conv_local`; without the last axis but one, its bias.

    Args:
        input_shape: the shape (*batch, *spatial, in_features) of the inputs.
        out_features: the number of features of the outputs.
        kernel_size: see `conv_local`, as for all below.
        strides: how far the window moves.
        padding: what surrounds the inputs.
        input_dilation: the distance between neighbouring inputs.
        kernel_dilation: the distance between neighbouring weights.

    Raises:
        InputRankError: the inputs lack spatial axes.
        AxisCountError: strides or dilations for another number of axes.
        PaddingError: the padding is not one of the accepted forms.

    Example:
        >>> local_kernel_shape((8, 5, 3), 4, kernel_size=(2,), padding="VALID")
        (4, 6, 4)
    """
    spatial = len(kernel_size)
    if len(input_shape) < spatial + 1:
        meaning = "spatial and features"
        raise InputRankError("conv_local", input_shape, spatial + 1, meaning)
    slide = partial(
        conv,
        strides=strides,
        padding=padding,
        input_dilation=input_dilation,
        kernel_dilation=kernel_dilation,
    )
    example = np.zeros((1, *input_shape[-spatial - 1 : -1], 1), np.float32)
    window = np.zeros((*kernel_size, 1, 1), np.float32)
    places = jax.eval_shape(slide, example, window).shape[1:-1]
    return (*places, input_shape[-1] * math.prod(kernel_size), out_features)


def _check(argument: str, array: jax.Array, expected: Shape) -> None:
    if array.shape != expected:
        raise LocalShapeError("conv_local", argument, array.shape, expected)

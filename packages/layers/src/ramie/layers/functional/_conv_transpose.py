"""Transposed convolution of any number of spatial axes, features last."""

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ramie.layers.errors import FeatureCountError, InputRankError
from ramie.layers.typing import Dtype, Padding, PerAxis, Precision, Shape

from ._axes import per_axis
from ._bias import add_bias
from ._conv import one_batch_axis, with_batch_axes
from ._padding import NativePadding, amounts

ACCEPTED = (
    "'SAME', 'SAME_LOWER', 'VALID', 'CIRCULAR', an int, or an int or a pair "
    "(before, after) for each spatial axis"
)


def conv_transpose(
    inputs: jax.Array,
    kernel: jax.Array,
    bias: jax.Array | None = None,
    *,
    strides: PerAxis = None,
    padding: Padding = "SAME",
    kernel_dilation: PerAxis = None,
    transpose_kernel: bool = False,
    precision: Precision = None,
    preferred_element_type: Dtype | None = None,
) -> jax.Array:
    """Spread inputs `strides` apart, slide a kernel over them and add a bias.

    Dumoulin and Visin, "A guide to convolution arithmetic for deep learning"
    (2016), chapter 4. See `jax.lax.conv_transpose` for the sizes of the outputs:
    n inputs give n * stride outputs with 'SAME' and 'CIRCULAR', and
    max(reach - stride, 0) more with 'VALID', where reach is the size of the
    dilated kernel.

    Args:
        inputs: an array of shape (*batch, *spatial, in_features), with any number
            of batch axes, also none.
        kernel: an array of shape (*kernel_size, in_features, out_features), of the
            dtype of `inputs`; with `transpose_kernel`, of shape (*kernel_size,
            out_features, in_features).
        bias: an array of shape (out_features,), or None.
        strides: the distance between neighbouring inputs; 1 by default.
        padding: 'SAME' and 'VALID' as in JAX, and 'SAME_LOWER', which is 'SAME';
            'CIRCULAR' wraps what 'VALID' gives around, so that both ends meet; an
            int is an amount for all sides; a sequence holds an int or a pair
            (before, after) for each spatial axis, of zeros around the spread inputs.
        kernel_dilation: the distance between neighbouring weights; 1 by default.
        transpose_kernel: flip the kernel and swap its features, which makes this
            the gradient of `conv` with the same kernel.
        precision: the precision of the products.
        preferred_element_type: the dtype to accumulate in and to return.

    Returns:
        An array of shape (*batch, *new_spatial, out_features).

    Raises:
        InputRankError: `inputs` lacks spatial axes.
        FeatureCountError: the last axis does not fit the kernel.
        AxisCountError: strides or dilations for another number of axes.
        PaddingError: the padding is not one of the accepted forms.

    Example:
        >>> import jax.numpy as jnp
        >>> signal = jnp.array([[1.0], [2.0]])
        >>> conv_transpose(signal, jnp.ones((2, 1, 1)), strides=2).ravel()
        Array([1., 1., 2., 2.], dtype=float32)
    """
    spatial = kernel.ndim - 2
    features = kernel.shape[-1 if transpose_kernel else -2]
    if inputs.ndim < spatial + 1:
        raise InputRankError(
            "conv_transpose", inputs.shape, spatial + 1, "spatial and features"
        )
    if inputs.shape[-1] != features:
        raise FeatureCountError("conv_transpose", inputs.shape, (-1,), features)
    moves = per_axis("conv_transpose", "strides", strides, spatial)
    dilation = per_axis("conv_transpose", "kernel_dilation", kernel_dilation, spatial)
    native = _native("conv_transpose", padding, spatial)
    inputs, batch = one_batch_axis(inputs, spatial)
    options: dict[str, Any] = {}
    if preferred_element_type is not None:
        options["preferred_element_type"] = preferred_element_type
    outputs = lax.conv_transpose(
        inputs,
        kernel,
        moves,
        native,
        rhs_dilation=dilation,
        transpose_kernel=transpose_kernel,
        precision=precision,
        **options,
    )
    if padding == "CIRCULAR":
        sizes = inputs.shape[1:-1]
        periods = tuple(n * m for n, m in zip(sizes, moves, strict=True))
        outputs = _wrapped(outputs, periods, odd_in_front=transpose_kernel)
    return with_batch_axes(add_bias(outputs, bias), batch)


def check_padding(place: str, padding: Padding, spatial: int) -> None:
    """Raise PaddingError unless `conv_transpose` takes the padding."""
    _native(place, padding, spatial)


def _native(place: str, padding: Padding, spatial: int) -> NativePadding:
    match padding:
        case "CIRCULAR":
            return "VALID"
        case "SAME_LOWER":
            # JAX' SAME puts the odd zero in front here, and SAME_LOWER cannot
            # spread inputs.
            return "SAME"
        case "SAME" | "VALID":
            return padding
        case int():
            return [(padding, padding)] * spatial
        case _:
            return amounts(place, padding, spatial, ACCEPTED)


def _wrapped(outputs: jax.Array, periods: Shape, *, odd_in_front: bool) -> jax.Array:
    # Each axis is cut into periods, which are laid on top of each other; half of
    # what stands out goes to either end. An odd one turns with the kernel.
    for axis, period in enumerate(periods, start=1):
        size = outputs.shape[axis]
        excess = size - period
        if excess:
            rest = -size % period
            widths = [(0, rest if a == axis else 0) for a in range(outputs.ndim)]
            layers = (*outputs.shape[:axis], -1, period, *outputs.shape[axis + 1 :])
            summed = jnp.pad(outputs, widths).reshape(layers).sum(axis)
            outputs = jnp.roll(summed, -((excess + odd_in_front) // 2), axis)
    return outputs

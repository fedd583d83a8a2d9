"""Convolution of any number of spatial axes, features last."""

import math
from functools import lru_cache
from typing import Any

import jax
from jax import lax

from ramie.layers.errors import FeatureCountError, InputRankError, KernelMaskError
from ramie.layers.typing import (
    ConvGeneralDilated,
    Dtype,
    Padding,
    PerAxis,
    Precision,
    Shape,
)

from ._axes import per_axis
from ._bias import add_bias
from ._dtypes import cast, common_dtype
from ._padding import pad_inputs


def conv(
    inputs: jax.Array,
    kernel: jax.Array,
    bias: jax.Array | None = None,
    *,
    strides: PerAxis = 1,
    padding: Padding = "SAME",
    input_dilation: PerAxis = 1,
    kernel_dilation: PerAxis = 1,
    feature_group_count: int = 1,
    conv_general_dilated: ConvGeneralDilated = lax.conv_general_dilated,
    precision: Precision = None,
    preferred_element_type: Dtype | None = None,
    out_sharding: Any = None,
) -> jax.Array:
    """Slide a kernel over the inputs (a cross-correlation) and add a bias.

    For one spatial axis, stride s and kernel dilation d it computes

        out[b, t, o] = bias[o] + sum_{k, i} padded[b, s*t + d*k, i] * kernel[k, i, o]

    Dumoulin and Visin, "A guide to convolution arithmetic for deep learning"
    (2016), chapter 2, derives the output sizes.

    Args:
        inputs: an array of shape (*batch, *spatial, in_features), with any number
            of batch axes, also none.
        kernel: an array of shape (*kernel_size, in_features // groups,
            out_features), of the dtype of `inputs`; its rank says how many
            spatial axes there are.
        bias: an array of shape (out_features,), or None.
        strides: how far the kernel moves, for all or each of the spatial axes.
        padding: what surrounds the inputs. 'SAME' (as many outputs as inputs at
            stride 1), 'SAME_LOWER' (the same, with the odd zero before) and
            'VALID' (nothing) as in JAX; 'CIRCULAR' and 'REFLECT' are 'SAME' with
            values from the other side or mirrored; 'CAUSAL' puts zeros before
            the only spatial axis; an int is an amount for all sides; a sequence
            holds an int or a pair (before, after) for each spatial axis.
        input_dilation: the distance between neighbouring inputs, zeros between.
        kernel_dilation: the distance between neighbouring weights.
        feature_group_count: into how many groups the features fall; each group
            of outputs sees one group of inputs.
        conv_general_dilated: called in place of `jax.lax.conv_general_dilated`.
        precision: the precision of the products.
        preferred_element_type: the dtype to accumulate in and to return.
        out_sharding: the sharding of the result, passed on.

    Returns:
        An array of shape (*batch, *new_spatial, out_features).

    Raises:
        InputRankError: `inputs` lacks spatial axes.
        FeatureCountError: the last axis does not fit the kernel.
        AxisCountError: strides or dilations for another number of axes.
        PaddingError: the padding is not one of the accepted forms.

    Example:
        >>> import jax.numpy as jnp
        >>> signal = jnp.arange(4.0).reshape(4, 1)
        >>> neighbours = jnp.ones((3, 1, 1))
        >>> conv(signal, neighbours, padding="SAME").ravel()
        Array([1., 3., 6., 5.], dtype=float32)
    """
    spatial = kernel.ndim - 2
    features = kernel.shape[-2] * feature_group_count
    if inputs.ndim < spatial + 1:
        raise InputRankError("conv", inputs.shape, spatial + 1, "spatial and features")
    if inputs.shape[-1] != features:
        raise FeatureCountError("conv", inputs.shape, (-1,), features)

    lhs_dilation = per_axis("conv", "input_dilation", input_dilation, spatial)
    rhs_dilation = per_axis("conv", "kernel_dilation", kernel_dilation, spatial)
    inputs, batch = one_batch_axis(inputs, spatial)
    inputs, native_padding = pad_inputs(
        inputs,
        padding,
        kernel_size=kernel.shape[:-2],
        input_dilation=lhs_dilation,
        kernel_dilation=rhs_dilation,
    )
    options: dict[str, Any] = {"precision": precision, "out_sharding": out_sharding}
    # A stand-in that fixes its own accumulation dtype need not know the option.
    if preferred_element_type is not None:
        options["preferred_element_type"] = preferred_element_type
    outputs = conv_general_dilated(
        inputs,
        kernel,
        per_axis("conv", "strides", strides, spatial),
        native_padding,
        lhs_dilation=lhs_dilation,
        rhs_dilation=rhs_dilation,
        dimension_numbers=features_last(spatial),
        feature_group_count=feature_group_count,
        **options,
    )
    return with_batch_axes(add_bias(outputs, bias), batch)


def mask_kernel(kernel: jax.Array, mask: jax.Array | None) -> jax.Array:
    """Switch off weights: multiply the kernel by a mask of the same shape.

    Args:
        kernel: an array of any shape.
        mask: an array of the same shape, of any dtype; None keeps all weights.

    Returns:
        The product, in the common dtype.

    Raises:
        KernelMaskError: the shapes differ.

    Example:
        >>> import jax.numpy as jnp
        >>> mask_kernel(jnp.array([2.0, 3.0]), jnp.array([True, False]))
        Array([2., 0.], dtype=float32)
    """
    if mask is None:
        return kernel
    if mask.shape != kernel.shape:
        raise KernelMaskError("mask_kernel", mask.shape, kernel.shape)
    dtype = common_dtype(kernel, mask)
    return lax.mul(cast(kernel, dtype), cast(mask, dtype))


def one_batch_axis(inputs: jax.Array, spatial: int) -> tuple[jax.Array, Shape]:
    """The inputs with a single batch axis, and what batch axes they had."""
    count = inputs.ndim - spatial - 1
    batch = inputs.shape[:count]
    if count != 1:
        inputs = lax.reshape(inputs, (math.prod(batch), *inputs.shape[count:]))
    return inputs, batch


def with_batch_axes(outputs: jax.Array, batch: Shape) -> jax.Array:
    """The outputs with the batch axes that the inputs had."""
    if len(batch) == 1:
        return outputs
    return lax.reshape(outputs, (*batch, *outputs.shape[1:]))


@lru_cache
def features_last(spatial: int) -> lax.ConvDimensionNumbers:
    """Batch, spatial axes, features; for kernels spatial axes, inputs, outputs."""
    middle = tuple(range(1, spatial + 1))
    arrays = (0, spatial + 1, *middle)
    weights = (spatial + 1, spatial, *range(spatial))
    return lax.ConvDimensionNumbers(arrays, weights, arrays)

"""Conv: a learned convolution over any number of spatial axes."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ramie.module import Module, Rngs
from ramie.variables import Param

from . import functional
from ._checks import NO_METADATA, check_rngs, check_size, frozen
from ._named_in_errors import named_in_errors
from .errors import GroupCountError
from .functional._axes import per_axis
from .functional._inputs import as_array
from .initializers import zeros
from .typing import (
    ConvGeneralDilated,
    Dtype,
    Initializer,
    Metadata,
    Padding,
    PerAxis,
    Precision,
    PromoteDtype,
)


class Conv(Module):
    """Slide a learned kernel over the inputs; `functional.conv` gives the formula.

    LeCun et al., "Backpropagation Applied to Handwritten Zip Code Recognition" (1989).

    Args:
        in_features: the size of the last axis of the inputs.
        out_features: the size of the last axis of the outputs.
        kernel_size: the size of the kernel along each spatial axis. As many as
            there are, so many spatial axes the layer works on; an int means one.
        strides: how far the kernel moves, for all or each of the spatial axes.
        padding: 'SAME', 'SAME_LOWER', 'VALID', 'CIRCULAR', 'REFLECT', 'CAUSAL', an
            int for all sides, or an int or a pair (before, after) for each spatial
            axis; see `functional.conv`.
        input_dilation: the distance between neighbouring inputs, zeros between.
        kernel_dilation: the distance between neighbouring weights.
        feature_group_count: into how many groups the features fall.
        use_bias: whether to add a bias.
        mask: weights are multiplied by it before use; of the shape of the kernel.
        dtype: the dtype to compute in; the common dtype of inputs and parameters
            by default.
        param_dtype: the dtype of the parameters.
        precision: the precision of the products.
        kernel_init: makes the kernel.
        bias_init: makes the bias.
        conv_general_dilated: called in place of `jax.lax.conv_general_dilated`.
        promote_dtype: called as `promote_dtype((inputs, kernel, bias), dtype=...)`
            to bring all to one dtype.
        preferred_element_type: the dtype to accumulate in and to return.
        rngs: gives a key from its stream `params` for the kernel, then for the bias.
        kernel_metadata: metadata of the variable `kernel`.
        bias_metadata: metadata of the variable `bias`.

    Attributes:
        kernel: Param of shape (*kernel_size, in_features // groups, out_features).
        bias: Param of shape (out_features,), or None without a bias.

    Raises:
        SizeError: a number of features is negative or no int.
        AxisCountError: a kernel size below 1.
        GroupCountError: the features do not fall into equal groups.
        RngsTypeError: `rngs` is not an Rngs.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.module import Rngs
        >>> layer = Conv(1, 8, (3, 3), strides=2, rngs=Rngs(0))
        >>> layer.kernel.shape, layer(jnp.ones((4, 28, 28, 1))).shape
        ((3, 3, 1, 8), (4, 14, 14, 8))
    """

    bias: Param[jax.Array] | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        kernel_size: int | Sequence[int],
        strides: PerAxis = 1,
        *,
        padding: Padding = "SAME",
        input_dilation: PerAxis = 1,
        kernel_dilation: PerAxis = 1,
        feature_group_count: int = 1,
        use_bias: bool = True,
        mask: jax.Array | None = None,
        dtype: Dtype | None = None,
        param_dtype: Dtype = jnp.float32,
        precision: Precision = None,
        kernel_init: Initializer = functional.default_kernel_init,
        bias_init: Initializer = zeros,
        conv_general_dilated: ConvGeneralDilated = lax.conv_general_dilated,
        promote_dtype: PromoteDtype = functional.promote_dtype,
        preferred_element_type: Dtype | None = None,
        rngs: Rngs,
        kernel_metadata: Metadata = NO_METADATA,
        bias_metadata: Metadata = NO_METADATA,
    ) -> None:
        """Make the parameters."""
        check_rngs("Conv", rngs)
        _check_groups("in_features", in_features, feature_group_count)
        _check_groups("out_features", out_features, feature_group_count)
        spatial = len(kernel_size) if isinstance(kernel_size, Sequence) else 1
        self.kernel_size = per_axis("Conv", "kernel_size", kernel_size, spatial)
        self.kernel_shape = (
            *self.kernel_size,
            in_features // feature_group_count,
            out_features,
        )
        kernel = kernel_init(rngs.params(), self.kernel_shape, param_dtype)
        self.kernel = Param(kernel, **kernel_metadata)
        self.bias = None
        if use_bias:
            bias = bias_init(rngs.params(), (out_features,), param_dtype)
            self.bias = Param(bias, **bias_metadata)

        self.in_features = in_features
        self.out_features = out_features
        self.strides = frozen(strides)
        self.padding = frozen(padding)
        self.input_dilation = frozen(input_dilation)
        self.kernel_dilation = frozen(kernel_dilation)
        self.feature_group_count = feature_group_count
        self.use_bias = use_bias
        self.mask = None if mask is None else jnp.asarray(mask)
        self.dtype = dtype
        self.param_dtype = param_dtype
        self.precision = precision
        self.conv_general_dilated = conv_general_dilated
        self.promote_dtype = promote_dtype
        self.preferred_element_type = preferred_element_type

    @named_in_errors
    def __call__(self, inputs: jax.Array, out_sharding: Any = None) -> jax.Array:
        """Convolve the inputs.

        Args:
            inputs: an array of shape (*batch, *spatial, in_features), with any
                number of batch axes, also none.
            out_sharding: the sharding of the result.

        Returns:
            An array of shape (*batch, *new_spatial, out_features).

        Raises:
            InputTypeError: `inputs` is no array.
            FeatureCountError: the last axis does not hold in_features.
            InputRankError: `inputs` lacks spatial axes.
            AxisCountError: strides or dilations for another number of axes.
            PaddingError: the padding is not one of the accepted forms.
            KernelMaskError: the mask does not have the shape of the kernel.
        """
        inputs = as_array("Conv", inputs)
        kernel = functional.mask_kernel(self.kernel[...], self.mask)
        bias = None if self.bias is None else self.bias[...]
        inputs, kernel, bias = self.promote_dtype(
            (inputs, kernel, bias), dtype=self.dtype
        )
        return functional.conv(
            inputs,
            kernel,
            bias,
            strides=self.strides,
            padding=self.padding,
            input_dilation=self.input_dilation,
            kernel_dilation=self.kernel_dilation,
            feature_group_count=self.feature_group_count,
            conv_general_dilated=self.conv_general_dilated,
            precision=self.precision,
            preferred_element_type=self.preferred_element_type,
            out_sharding=out_sharding,
        )


def _check_groups(argument: str, features: int, groups: int) -> None:
    check_size("Conv", argument, features)
    if groups < 1 or features % groups:
        raise GroupCountError("Conv", argument, features, groups)

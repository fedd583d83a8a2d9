"""ConvTranspose: a learned transposed convolution, which makes space larger."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp

from ramie.module import Module, Rngs
from ramie.variables import Param

from . import functional
from ._checks import NO_METADATA, check_rngs, check_size, frozen
from ._named_in_errors import named_in_errors
from .errors import KernelMaskError
from .functional._axes import per_axis
from .functional._conv_transpose import check_padding
from .functional._inputs import as_array
from .initializers import zeros
from .typing import (
    Dtype,
    Initializer,
    Metadata,
    Padding,
    PerAxis,
    Precision,
    PromoteDtype,
)


class ConvTranspose(Module):
    """Slide a learned kernel over inputs that are spread apart.

    `functional.conv_transpose` says what is computed. Zeiler et al., "Deconvolutional
    Networks" (2010).

    Args:
        in_features: the size of the last axis of the inputs.
        out_features: the size of the last axis of the outputs.
        kernel_size: the size of the kernel along each spatial axis. As many as
            there are, so many spatial axes the layer works on; an int means one.
        strides: the distance between neighbouring inputs, for all or each of the
            spatial axes; 1 by default.
        padding: 'SAME', 'SAME_LOWER', 'VALID', 'CIRCULAR', an int for all sides, or
            an int or a pair (before, after) for each spatial axis; see
            `functional.conv_transpose`.
        kernel_dilation: the distance between neighbouring weights; 1 by default.
        use_bias: whether to add a bias.
        mask: weights are multiplied by it before use; of the shape of the kernel.
        dtype: the dtype to compute in; the common dtype of inputs and parameters
            by default.
        param_dtype: the dtype of the parameters.
        precision: the precision of the products.
        kernel_init: makes the kernel.
        bias_init: makes the bias.
        transpose_kernel: whether to flip the kernel and swap its features, so that
            the layer is the gradient of a Conv with the same kernel.
        promote_dtype: called as `promote_dtype((inputs, kernel, bias), dtype=...)`
            to bring all to one dtype.
        preferred_element_type: the dtype to accumulate in and to return.
        rngs: gives a key from its stream `params` for the kernel, then for the bias.
        kernel_metadata: metadata of the variable `kernel`.
        bias_metadata: metadata of the variable `bias`.

    Attributes:
        kernel: Param of shape (*kernel_size, in_features, out_features), with
            `transpose_kernel` of shape (*kernel_size, out_features, in_features).
        bias: Param of shape (out_features,), or None without a bias.

    Raises:
        SizeError: a number of features is negative or no int.
        AxisCountError: a kernel size, stride or dilation below 1, or not one for
            each spatial axis.
        PaddingError: the padding is not one of the accepted forms.
        KernelMaskError: the mask does not have the shape of the kernel.
        RngsTypeError: `rngs` is not an Rngs.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.module import Rngs
        >>> layer = ConvTranspose(8, 1, (3, 3), strides=2, rngs=Rngs(0))
        >>> layer.kernel.shape, layer(jnp.ones((4, 14, 14, 8))).shape
        ((3, 3, 8, 1), (4, 28, 28, 1))
    """

    bias: Param[jax.Array] | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        kernel_size: int | Sequence[int],
        strides: PerAxis = None,
        *,
        padding: Padding = "SAME",
        kernel_dilation: PerAxis = None,
        use_bias: bool = True,
        mask: jax.Array | None = None,
        dtype: Dtype | None = None,
        param_dtype: Dtype = jnp.float32,
        precision: Precision = None,
        kernel_init: Initializer = functional.default_kernel_init,
        bias_init: Initializer = zeros,
        transpose_kernel: bool = False,
        promote_dtype: PromoteDtype = functional.promote_dtype,
        preferred_element_type: Dtype | None = None,
        rngs: Rngs,
        kernel_metadata: Metadata = NO_METADATA,
        bias_metadata: Metadata = NO_METADATA,
    ) -> None:
        """Make the parameters."""
        check_rngs("ConvTranspose", rngs)
        check_size("ConvTranspose", "in_features", in_features)
        check_size("ConvTranspose", "out_features", out_features)
        spatial = len(kernel_size) if isinstance(kernel_size, Sequence) else 1
        self.kernel_size = per_axis(
            "ConvTranspose", "kernel_size", kernel_size, spatial
        )
        per_axis("ConvTranspose", "strides", strides, spatial)
        per_axis("ConvTranspose", "kernel_dilation", kernel_dilation, spatial)
        check_padding("ConvTranspose", padding, spatial)
        features = (in_features, out_features)
        if transpose_kernel:
            features = (out_features, in_features)
        self.kernel_shape = (*self.kernel_size, *features)
        self.mask = None if mask is None else jnp.asarray(mask)
        if self.mask is not None and self.mask.shape != self.kernel_shape:
            raise KernelMaskError("ConvTranspose", self.mask.shape, self.kernel_shape)

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
        self.kernel_dilation = frozen(kernel_dilation)
        self.use_bias = use_bias
        self.dtype = dtype
        self.param_dtype = param_dtype
        self.precision = precision
        self.transpose_kernel = transpose_kernel
        self.promote_dtype = promote_dtype
        self.preferred_element_type = preferred_element_type

    @named_in_errors
    def __call__(self, inputs: jax.Array) -> jax.Array:
        """Convolve the inputs.

        Args:
            inputs: an array of shape (*batch, *spatial, in_features), with any
                number of batch axes, also none.

        Returns:
            An array of shape (*batch, *new_spatial, out_features).

        Raises:
            InputTypeError: `inputs` is no array.
            FeatureCountError: the last axis does not hold in_features.
            InputRankError: `inputs` lacks spatial axes.
        """
        inputs = as_array("ConvTranspose", inputs)
        kernel = functional.mask_kernel(self.kernel[...], self.mask)
        bias = None if self.bias is None else self.bias[...]
        inputs, kernel, bias = self.promote_dtype(
            (inputs, kernel, bias), dtype=self.dtype
        )
        return functional.conv_transpose(
            inputs,
            kernel,
            bias,
            strides=self.strides,
            padding=self.padding,
            kernel_dilation=self.kernel_dilation,
            transpose_kernel=self.transpose_kernel,
            precision=self.precision,
            preferred_element_type=self.preferred_element_type,
        )

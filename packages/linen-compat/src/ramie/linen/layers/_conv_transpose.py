"""ConvTranspose: spread the inputs apart, and slide a kernel over them."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax.nn import initializers

from ramie.layers import functional
from ramie.layers.typing import Dtype, Initializer, Padding, PerAxis, Precision

from ..module import Module, compact
from ._dtypes import as_array, promote_dtype
from ._linear import as_tuple


class ConvTranspose(Module):
    """The transpose of a convolution; see `ramie.layers.functional.conv_transpose`.

    Parameters: `kernel` of shape (*kernel_size, in_features, features), or with
    `transpose_kernel` (*kernel_size, features, in_features); `bias` of shape
    (features,).

    Args:
        features: the number of features of the outputs.
        kernel_size: the size of the kernel along each spatial axis.
        strides: the distance between neighbouring inputs; 1 by default.
        padding: 'SAME', 'VALID', 'CIRCULAR', or amounts.
        kernel_dilation: the distance between neighbouring weights; 1 by default.
        use_bias: whether to add a bias.
        mask: multiplies the kernel; has its shape.
        dtype: the dtype to compute in; that of inputs and parameters by default.
        param_dtype: the dtype of the parameters.
        precision: the precision of the products.
        kernel_init: makes the kernel.
        bias_init: makes the bias.
        transpose_kernel: whether to flip the kernel and swap its features, as the
            gradient of a convolution does.
        promote_dtype: brings inputs, kernel and bias to one dtype.
        preferred_element_type: the dtype to accumulate in and to return.

    Example:
        >>> layer = ConvTranspose(2, (3,), strides=(2,))
        >>> layer.init_with_output(jax.random.key(0), jnp.ones((1, 5, 4)))[0].shape
        (1, 10, 2)
    """

    features: int
    kernel_size: int | Sequence[int]
    strides: PerAxis = None
    padding: Padding = "SAME"
    kernel_dilation: PerAxis = None
    use_bias: bool = True
    mask: Any = None
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    precision: Precision = None
    kernel_init: Initializer = functional.default_kernel_init
    bias_init: Initializer = initializers.zeros
    transpose_kernel: bool = False
    promote_dtype: Callable[..., Any] = promote_dtype
    preferred_element_type: Dtype | None = None

    @compact
    def __call__(self, inputs: Any) -> jax.Array:
        """Map an array of shape (*batch, *spatial, in_features) to features.

        Raises:
            InputRankError: the inputs lack spatial axes.
            KernelMaskError: the mask does not have the shape of the kernel.
            AxisCountError: strides or dilations for another number of axes.
            PaddingError: the padding is not one of the accepted forms.
        """
        inputs = as_array(inputs)
        ends = (inputs.shape[-1], self.features)
        if self.transpose_kernel:
            ends = ends[::-1]
        shape = (*as_tuple(self.kernel_size), *ends)
        mask = None if self.mask is None else jnp.asarray(self.mask)
        kernel = self.param("kernel", self.kernel_init, shape, self.param_dtype)
        kernel = functional.mask_kernel(kernel, mask)
        bias = None
        if self.use_bias:
            bias = self.param(
                "bias", self.bias_init, (self.features,), self.param_dtype
            )
        inputs, kernel, bias = self.promote_dtype(
            inputs, kernel, bias, dtype=self.dtype
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

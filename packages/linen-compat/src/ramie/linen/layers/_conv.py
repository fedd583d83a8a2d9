"""Convolutions with one kernel for all places, or one for each: Conv and ConvLocal."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
from jax import lax
from jax.nn import initializers

from ramie.layers import functional
from ramie.layers.errors import GroupCountError
from ramie.layers.typing import (
    ConvGeneralDilated,
    Dtype,
    Initializer,
    Padding,
    PerAxis,
    Precision,
    Shape,
)

from ..module import Module, compact, nowrap
from ._dtypes import as_array, promote_dtype
from ._linear import as_tuple


class _Conv(Module):
    """What Conv and ConvLocal have in common.

    Args:
        features: the number of features of the outputs.
        kernel_size: the size of the window along each spatial axis.
        strides: how far the window moves.
        padding: what surrounds the inputs: 'SAME', 'VALID', 'CIRCULAR', 'REFLECT',
            'CAUSAL', or amounts; see `ramie.layers.functional.conv`.
        input_dilation: the distance between neighbouring inputs.
        kernel_dilation: the distance between neighbouring weights.
        feature_group_count: into how many groups the features fall.
        use_bias: whether to add a bias.
        mask: multiplies the kernel; has its shape.
        dtype: the dtype to compute in; that of inputs and parameters by default.
        param_dtype: the dtype of the parameters.
        precision: the precision of the products.
        kernel_init: makes the kernel.
        bias_init: makes the bias.
        promote_dtype: brings inputs, kernel and bias to one dtype.
        conv_general_dilated: called in place of `jax.lax.conv_general_dilated`.
        conv_general_dilated_cls: makes what is called in place of it.
    """

    features: int
    kernel_size: int | Sequence[int]
    strides: PerAxis = 1
    padding: Padding = "SAME"
    input_dilation: PerAxis = 1
    kernel_dilation: PerAxis = 1
    feature_group_count: int = 1
    use_bias: bool = True
    mask: Any = None
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    precision: Precision = None
    kernel_init: Initializer = functional.default_kernel_init
    bias_init: Initializer = initializers.zeros
    promote_dtype: Callable[..., Any] = promote_dtype
    conv_general_dilated: ConvGeneralDilated | None = None
    conv_general_dilated_cls: Any = None

    shared_weights: ClassVar[bool] = True
    """Whether one kernel serves all places."""

    @nowrap
    def _parameters(
        self, inputs: Any, kernel_shape: Shape, bias_shape: Shape
    ) -> tuple[jax.Array, jax.Array, jax.Array | None]:
        """Inputs, kernel and bias in the dtype to compute in."""
        mask = None if self.mask is None else jnp.asarray(self.mask)
        kernel = self.param("kernel", self.kernel_init, kernel_shape, self.param_dtype)
        kernel = functional.mask_kernel(kernel, mask)
        bias = None
        if self.use_bias:
            bias = self.param("bias", self.bias_init, bias_shape, self.param_dtype)
        made: tuple[jax.Array, jax.Array, jax.Array | None] = self.promote_dtype(
            inputs, kernel, bias, dtype=self.dtype
        )
        return made

    @nowrap
    def _moves(self) -> dict[str, Any]:
        """How the window goes over the inputs."""
        return {
            "strides": self.strides,
            "padding": self.padding,
            "input_dilation": self.input_dilation,
            "kernel_dilation": self.kernel_dilation,
        }


class Conv(_Conv):
    """Slide one kernel over the inputs, and add a bias.

    Parameters: `kernel` of shape (*kernel_size, in_features // groups, features),
    `bias` of shape (features,).

    The settings are listed below the class `_Conv`, which `ConvLocal` shares.

    Example:
        >>> layer = Conv(8, (3, 3), strides=2)
        >>> layer.init_with_output(jax.random.key(0), jnp.ones((4, 6, 6, 1)))[0].shape
        (4, 3, 3, 8)
    """

    @compact
    def __call__(self, inputs: Any) -> jax.Array:
        """Map an array of shape (*batch, *spatial, in_features) to features.

        Returns:
            An array of shape (*batch, *new_spatial, features).

        Raises:
            InputRankError: the inputs lack spatial axes.
            GroupCountError: the features do not fall into equal groups.
            KernelMaskError: the mask does not have the shape of the kernel.
            AxisCountError: strides or dilations for another number of axes.
            PaddingError: the padding is not one of the accepted forms.
        """
        inputs = as_array(inputs)
        in_features, groups = inputs.shape[-1], self.feature_group_count
        for argument, count in (
            ("in_features", in_features),
            ("features", self.features),
        ):
            if groups < 1 or count % groups:
                raise GroupCountError("Conv", argument, count, groups)
        shape = (*as_tuple(self.kernel_size), in_features // groups, self.features)
        inputs, kernel, bias = self._parameters(inputs, shape, shape[-1:])
        return functional.conv(
            inputs,
            kernel,
            bias,
            **self._moves(),
            feature_group_count=self.feature_group_count,
            conv_general_dilated=chosen(
                self.conv_general_dilated, self.conv_general_dilated_cls
            ),
            precision=self.precision,
        )


class ConvLocal(_Conv):
    """A convolution with a kernel of its own for each place.

    Parameters: `kernel` of shape (*new_spatial, in_features * prod(kernel_size),
    features), `bias` of shape (*new_spatial, features). The settings are those of
    `Conv`.

    Example:
        >>> layer = ConvLocal(2, (3,), padding="VALID")
        >>> variables = layer.init(jax.random.key(0), jnp.ones((1, 5, 4)))
        >>> jax.tree.map(jnp.shape, variables)
        {'params': {'bias': (3, 2), 'kernel': (3, 12, 2)}}
    """

    shared_weights = False

    @compact
    def __call__(self, inputs: Any) -> jax.Array:
        """Map an array of shape (*batch, *spatial, in_features) to features.

        Returns:
            An array of shape (*batch, *new_spatial, features).

        Raises:
            NotImplementedError: there are groups of features.
            InputRankError, KernelMaskError, AxisCountError, PaddingError: see `Conv`.
        """
        if self.feature_group_count != 1:
            raise NotImplementedError(
                f"ConvLocal has no groups, and was given feature_group_count="
                f"{self.feature_group_count}. Leave it at 1, or use Conv."
            )
        inputs = as_array(inputs)
        shape = functional.local_kernel_shape(
            inputs.shape,
            self.features,
            kernel_size=as_tuple(self.kernel_size),
            **self._moves(),
        )
        bias_shape = (*shape[:-2], shape[-1])
        inputs, kernel, bias = self._parameters(inputs, shape, bias_shape)
        return functional.conv_local(
            inputs,
            kernel,
            bias,
            kernel_size=as_tuple(self.kernel_size),
            **self._moves(),
            precision=self.precision,
        )


def chosen(given: ConvGeneralDilated | None, cls: Any) -> ConvGeneralDilated:
    """What convolves: an instance of the class, the function, or JAX' own."""
    function: ConvGeneralDilated | None = given if cls is None else cls()
    if function is None:
        return lax.conv_general_dilated

    # What stands in for it need not know of shardings.
    def call(*args: Any, out_sharding: Any = None, **options: Any) -> jax.Array:
        del out_sharding
        return function(*args, **options)

    return call

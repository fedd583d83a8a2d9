"""Linear: a learned linear map of the features."""

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ramie.module import Module, Rngs
from ramie.variables import Param

from . import functional
from ._checks import NO_METADATA, check_rngs, check_size
from ._named_in_errors import named_in_errors
from .functional._inputs import as_array
from .initializers import zeros
from .typing import DotGeneral, Dtype, Initializer, Metadata, Precision, PromoteDtype


class Linear(Module):
    """Compute `inputs @ kernel + bias` over the last axis.

    Args:
        in_features: the size of the last axis of the inputs.
        out_features: the size of the last axis of the outputs.
        use_bias: whether to add a bias.
        dtype: the dtype to compute in; the common dtype of inputs and parameters
            by default.
        param_dtype: the dtype of the parameters.
        precision: the precision of the product; see `jax.lax.dot_general`.
        kernel_init: makes the kernel.
        bias_init: makes the bias.
        dot_general: called in place of `jax.lax.dot_general`.
        promote_dtype: called as `promote_dtype((inputs, kernel, bias), dtype=...)`
            to bring all to one dtype.
        preferred_element_type: the dtype to accumulate in and to return.
        rngs: gives a key from its stream `params` for the kernel, then for the bias.
        kernel_metadata: metadata of the variable `kernel`.
        bias_metadata: metadata of the variable `bias`.

    Attributes:
        kernel: Param of shape (in_features, out_features).
        bias: Param of shape (out_features,), or None without a bias.

    Raises:
        SizeError: a number of features is negative or no int.
        RngsTypeError: `rngs` is not an Rngs.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.module import Rngs
        >>> layer = Linear(3, 5, rngs=Rngs(0))
        >>> layer.kernel.shape, layer(jnp.ones((2, 3))).shape
        ((3, 5), (2, 5))
    """

    bias: Param[jax.Array] | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        use_bias: bool = True,
        dtype: Dtype | None = None,
        param_dtype: Dtype = jnp.float32,
        precision: Precision = None,
        kernel_init: Initializer = functional.default_kernel_init,
        bias_init: Initializer = zeros,
        dot_general: DotGeneral = lax.dot_general,
        promote_dtype: PromoteDtype = functional.promote_dtype,
        preferred_element_type: Dtype | None = None,
        rngs: Rngs,
        kernel_metadata: Metadata = NO_METADATA,
        bias_metadata: Metadata = NO_METADATA,
    ) -> None:
        """Make the parameters."""
        check_rngs("Linear", rngs)
        check_size("Linear", "in_features", in_features)
        check_size("Linear", "out_features", out_features)
        kernel = kernel_init(rngs.params(), (in_features, out_features), param_dtype)
        self.kernel = Param(kernel, **kernel_metadata)
        self.bias = None
        if use_bias:
            bias = bias_init(rngs.params(), (out_features,), param_dtype)
            self.bias = Param(bias, **bias_metadata)

        self.in_features = in_features
        self.out_features = out_features
        self.use_bias = use_bias
        self.dtype = dtype
        self.param_dtype = param_dtype
        self.precision = precision
        self.dot_general = dot_general
        self.promote_dtype = promote_dtype
        self.preferred_element_type = preferred_element_type

    @named_in_errors
    def __call__(self, inputs: jax.Array, out_sharding: Any = None) -> jax.Array:
        """Map the features of the inputs.

        Args:
            inputs: an array of shape (..., in_features).
            out_sharding: the sharding of the product.

        Returns:
            An array of shape (..., out_features).

        Raises:
            InputTypeError: `inputs` is no array.
            FeatureCountError: the last axis does not hold in_features.
            InputRankError: `inputs` is a scalar.
        """
        bias = None if self.bias is None else self.bias[...]
        inputs = as_array("Linear", inputs)
        inputs, kernel, bias = self.promote_dtype(
            (inputs, self.kernel[...], bias), dtype=self.dtype
        )
        return functional.linear(
            inputs,
            kernel,
            bias,
            dot_general=self.dot_general,
            precision=self.precision,
            preferred_element_type=self.preferred_element_type,
            out_sharding=out_sharding,
        )

"""Einsum: a learned kernel in an equation of Einstein summation."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ramie.module import Module, Rngs
from ramie.variables import Param

from . import functional
from ._checks import NO_METADATA, check_rngs, check_sizes
from ._named_in_errors import named_in_errors
from .functional._einsum import check_kernel, parse_equation
from .functional._inputs import as_array
from .initializers import zeros
from .typing import Dtype, Initializer, Metadata, Precision, PromoteDtype


class Einsum(Module):
    """Compute `einsum(equation, inputs, kernel) + bias`.

    Args:
        einsum_str: names the axes of inputs, kernel and result, as for
            `jnp.einsum`; for example "nta,hab->nthb".
        kernel_shape: the sizes of the axes of the kernel.
        bias_shape: the sizes of the axes that the result has from the kernel, in
            the order of the result; None for no bias.
        dtype: the dtype to compute in; the common dtype of inputs and parameters
            by default.
        param_dtype: the dtype of the parameters.
        precision: the precision of the products.
        kernel_init: makes the kernel.
        bias_init: makes the bias.
        promote_dtype: called as `promote_dtype((inputs, kernel, bias), dtype=...)`
            to bring all to one dtype.
        einsum_op: called in place of `jnp.einsum`.
        preferred_element_type: the dtype to accumulate in and to return.
        rngs: gives a key from its stream `params` for the kernel, then for the bias.
        kernel_metadata: metadata of the variable `kernel`.
        bias_metadata: metadata of the variable `bias`.

    Attributes:
        kernel: Param of shape kernel_shape.
        bias: Param of shape bias_shape, or None without a bias.

    Raises:
        EinsumEquationError: `einsum_str` is malformed.
        EinsumOperandError: the kernel has other axes than `einsum_str` says.
        SizeError: a size is negative or no int.
        RngsTypeError: `rngs` is not an Rngs.

    Example:
        >>> from ramie.module import Rngs
        >>> layer = Einsum("nta,hab->nthb", (8, 2, 4), (8, 4), rngs=Rngs(0))
        >>> layer(jnp.ones((16, 11, 2))).shape
        (16, 11, 8, 4)
    """

    bias: Param[jax.Array] | None

    def __init__(
        self,
        einsum_str: str,
        kernel_shape: Sequence[int],
        bias_shape: Sequence[int] | None = None,
        *,
        dtype: Dtype | None = None,
        param_dtype: Dtype = jnp.float32,
        precision: Precision = None,
        kernel_init: Initializer = functional.default_kernel_init,
        bias_init: Initializer = zeros,
        promote_dtype: PromoteDtype = functional.promote_dtype,
        einsum_op: Callable[..., jax.Array] = jnp.einsum,
        preferred_element_type: Dtype | None = None,
        rngs: Rngs,
        kernel_metadata: Metadata = NO_METADATA,
        bias_metadata: Metadata = NO_METADATA,
    ) -> None:
        """Make the parameters."""
        check_rngs("Einsum", rngs)
        equation = parse_equation("Einsum", einsum_str)
        self.kernel_shape = check_sizes("Einsum", "kernel_shape", kernel_shape)
        check_kernel("Einsum", equation, self.kernel_shape)
        self.bias_shape = None
        if bias_shape is not None:
            self.bias_shape = check_sizes("Einsum", "bias_shape", bias_shape)
        kernel = kernel_init(rngs.params(), self.kernel_shape, param_dtype)
        self.kernel = Param(kernel, **kernel_metadata)
        self.bias = None
        if self.bias_shape is not None:
            bias = bias_init(rngs.params(), self.bias_shape, param_dtype)
            self.bias = Param(bias, **bias_metadata)

        self.einsum_str = str(equation)
        self.dtype = dtype
        self.param_dtype = param_dtype
        self.precision = precision
        self.promote_dtype = promote_dtype
        self.einsum_op = einsum_op
        self.preferred_element_type = preferred_element_type

    @named_in_errors
    def __call__(
        self,
        inputs: jax.Array,
        einsum_str: str | None = None,
        out_sharding: Any = None,
    ) -> jax.Array:
        """Sum products of inputs and kernel.

        Args:
            inputs: an array with the axes that the equation names first.
            einsum_str: an equation to use in place of the one of the layer.
            out_sharding: the sharding of the product.

        Returns:
            The array that the equation describes.

        Raises:
            InputTypeError: `inputs` is no array.
            EinsumEquationError: `einsum_str` is malformed.
            EinsumOperandError: inputs or kernel have other axes than it says.
            EinsumBiasError: the bias does not have the size of its axes.
        """
        bias = None if self.bias is None else self.bias[...]
        inputs = as_array("Einsum", inputs)
        inputs, kernel, bias = self.promote_dtype(
            (inputs, self.kernel[...], bias), dtype=self.dtype
        )
        return functional.einsum(
            inputs,
            kernel,
            bias,
            equation=self.einsum_str if einsum_str is None else einsum_str,
            einsum_op=self.einsum_op,
            precision=self.precision,
            preferred_element_type=self.preferred_element_type,
            out_sharding=out_sharding,
        )

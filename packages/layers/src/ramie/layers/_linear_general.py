"""LinearGeneral: a learned linear map of several axes to several others."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ramie.module import Module, Rngs
from ramie.variables import Param, VariableMetadata

from . import functional
from ._checks import NO_METADATA, check_rngs, check_size, check_sizes
from ._named_in_errors import named_in_errors
from .errors import BatchAxesError, FeatureAxesError
from .functional._inputs import as_array
from .initializers import zeros
from .typing import (
    Axes,
    DotGeneral,
    Dtype,
    Initializer,
    Metadata,
    Precision,
    PromoteDtype,
    Shape,
)

NO_BATCH_AXES: Mapping[int, int] = MappingProxyType({})


class LinearGeneral(Module):
    """Sum over some axes with a kernel; `functional.linear_general` has the formula.

    Args:
        in_features: the sizes of the axes to sum over.
        out_features: the sizes of the axes that come in their place, at the end.
        axis: the axes to sum over, in the order in which the inputs have them.
        batch_axis: which leading axes have kernels of their own, and their sizes:
            `{0: 8}` makes 8 kernels, one for each entry of axis 0.
        use_bias: whether to add a bias.
        dtype: the dtype to compute in; the common dtype of inputs and parameters
            by default.
        param_dtype: the dtype of the parameters.
        kernel_init: makes the kernel. It is called for a matrix, with all axes that
            are summed over in front, those of `batch_axis` among them.
        bias_init: makes the bias, for an array with one axis.
        precision: the precision of the product; see `jax.lax.dot_general`.
        promote_dtype: called as `promote_dtype((inputs, kernel, bias), dtype=...)`
            to bring all to one dtype.
        dot_general: called in place of `jax.lax.dot_general`.
        dot_general_cls: called without arguments for each product; gives what is
            called in place of `dot_general`.
        preferred_element_type: the dtype to accumulate in and to return.
        rngs: gives a key from its stream `params` for the kernel, then for the bias.
        kernel_metadata: metadata of the variable `kernel`.
        bias_metadata: metadata of the variable `bias`.

    Attributes:
        kernel: Param of shape (*batch, *in_features, *out_features).
        bias: Param of shape (*batch, *out_features), or None without a bias.

    Raises:
        SizeError: a size is negative or no int.
        FeatureAxesError: `in_features` and `axis` differ in length.
        BatchAxesError: the axes in `batch_axis` are not the leading ones.
        RngsTypeError: `rngs` is not an Rngs.

    Example:
        >>> from ramie.module import Rngs
        >>> layer = LinearGeneral((4, 3), 7, axis=(-2, -1), rngs=Rngs(0))
        >>> layer.kernel.shape, layer(jnp.ones((2, 5, 4, 3))).shape
        ((4, 3, 7), (2, 5, 7))
    """

    bias: Param[jax.Array] | None

    def __init__(
        self,
        in_features: int | Sequence[int],
        out_features: int | Sequence[int],
        *,
        axis: Axes = -1,
        batch_axis: Mapping[int, int] = NO_BATCH_AXES,
        use_bias: bool = True,
        dtype: Dtype | None = None,
        param_dtype: Dtype = jnp.float32,
        kernel_init: Initializer = functional.default_kernel_init,
        bias_init: Initializer = zeros,
        precision: Precision = None,
        promote_dtype: PromoteDtype = functional.promote_dtype,
        dot_general: DotGeneral | None = None,
        dot_general_cls: Any = None,
        preferred_element_type: Dtype | None = None,
        rngs: Rngs,
        kernel_metadata: Metadata = NO_METADATA,
        bias_metadata: Metadata = NO_METADATA,
    ) -> None:
        """Make the parameters."""
        check_rngs("LinearGeneral", rngs)
        self.in_features = check_sizes("LinearGeneral", "in_features", in_features)
        self.out_features = check_sizes("LinearGeneral", "out_features", out_features)
        self.axis = tuple(axis) if isinstance(axis, Sequence) else (axis,)
        if len(self.axis) != len(self.in_features):
            raise FeatureAxesError("LinearGeneral", self.in_features, self.axis)
        batch = _batch_sizes(batch_axis)
        # A static setting must be hashable; `dict()` of it gives the mapping back.
        self.batch_axis = tuple(enumerate(batch))

        rows, columns = math.prod(self.in_features), math.prod(self.out_features)
        batches = math.prod(batch)
        kernel = kernel_init(rngs.params(), (batches * rows, columns), param_dtype)
        shape = (*batch, *self.in_features, *self.out_features)
        self.kernel = Param(_reshaped(kernel, shape), **kernel_metadata)
        self.bias = None
        if use_bias:
            bias = bias_init(rngs.params(), (batches * columns,), param_dtype)
            shape = (*batch, *self.out_features)
            self.bias = Param(_reshaped(bias, shape), **bias_metadata)

        self.use_bias = use_bias
        self.dtype = dtype
        self.param_dtype = param_dtype
        self.precision = precision
        self.dot_general = dot_general
        self.dot_general_cls = dot_general_cls
        self.promote_dtype = promote_dtype
        self.preferred_element_type = preferred_element_type

    @named_in_errors
    def __call__(self, inputs: jax.Array, out_sharding: Any = None) -> jax.Array:
        """Map the features of the inputs.

        Args:
            inputs: an array with in_features at the axes `axis`.
            out_sharding: the sharding of the product.

        Returns:
            An array of shape (*batch, *rest, *out_features), where rest are the
            axes that are neither in `axis` nor in `batch_axis`.

        Raises:
            InputTypeError: `inputs` is no array.
            AxisError: the inputs do not have one of the axes.
            DuplicateAxisError: two of the axes are the same.
            FeatureCountError: an axis does not have its size in in_features.
            BatchSizeError: the leading axes do not have the sizes in batch_axis.
        """
        bias = None if self.bias is None else self.bias[...]
        inputs = as_array("LinearGeneral", inputs)
        inputs, kernel, bias = self.promote_dtype(
            (inputs, self.kernel[...], bias), dtype=self.dtype
        )
        return functional.linear_general(
            inputs,
            kernel,
            bias,
            axis=self.axis,
            batch_axis=[axis for axis, _ in self.batch_axis],
            dot_general=self._dot_general(),
            precision=self.precision,
            preferred_element_type=self.preferred_element_type,
            out_sharding=out_sharding,
        )

    def _dot_general(self) -> DotGeneral:
        if self.dot_general_cls is not None:
            made: DotGeneral = self.dot_general_cls()
            return made
        return self.dot_general or lax.dot_general


def _batch_sizes(batch_axis: Mapping[int, int]) -> Shape:
    if sorted(batch_axis) != list(range(len(batch_axis))):
        raise BatchAxesError("LinearGeneral", tuple(batch_axis))
    for axis in batch_axis:
        check_size("LinearGeneral", f"batch_axis[{axis}]", batch_axis[axis])
    return tuple(batch_axis[axis] for axis in range(len(batch_axis)))


def _reshaped(made: Any, shape: Shape) -> Any:
    """What an initializer made in another shape, with its metadata if it has some."""
    if isinstance(made, VariableMetadata):
        return dataclasses.replace(made, raw_value=_reshaped(made.raw_value, shape))
    return jnp.reshape(made, shape)

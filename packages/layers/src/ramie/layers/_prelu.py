"""PReLU: a rectifier that learns the slope of its negative side."""

from typing import Any

import jax
import jax.numpy as jnp

from ramie.module import Module
from ramie.variables import Param

from . import functional
from ._checks import NO_METADATA
from ._named_in_errors import named_in_errors
from .functional._inputs import as_array
from .typing import Dtype, Metadata, PromoteDtype


class PReLU(Module):
    """Multiply negative elements by a learned slope and leave the other ones.

    He et al., "Delving Deep into Rectifiers" (2015).

    Args:
        negative_slope_init: the slope to start from; a number for all elements, or
            an array that broadcasts to the inputs, such as one slope per feature.
        dtype: the dtype to compute in; that of the inputs by default.
        param_dtype: the dtype of the slope.
        promote_dtype: called as `promote_dtype((inputs, slope), dtype=...)` to bring
            both to one dtype.
        negative_slope_metadata: metadata of the variable `negative_slope`.

    Attributes:
        negative_slope: Param.

    Example:
        >>> PReLU(0.25)(jnp.array([-2.0, 3.0]))
        Array([-0.5,  3. ], dtype=float32)
    """

    def __init__(
        self,
        negative_slope_init: float = 0.01,
        *,
        dtype: Dtype | None = None,
        param_dtype: Dtype = jnp.float32,
        promote_dtype: PromoteDtype = functional.promote_dtype,
        negative_slope_metadata: Metadata = NO_METADATA,
    ) -> None:
        """Make the slope."""
        slope = jnp.asarray(negative_slope_init, param_dtype)
        self.negative_slope = Param(slope, **negative_slope_metadata)
        self.dtype = dtype
        self.param_dtype = param_dtype
        self.promote_dtype = promote_dtype

    @named_in_errors
    def __call__(self, inputs: jax.Array) -> jax.Array:
        """Apply the rectifier.

        Args:
            inputs: an array of any shape, floating.

        Returns:
            An array of the shape of `inputs`.

        Raises:
            InputTypeError: `inputs` is no array.
            InputDtypeError: `inputs` holds integers and no dtype was chosen.
        """
        given: Any = jnp.asarray(as_array("PReLU", inputs))
        dtype = given.dtype if self.dtype is None else self.dtype
        inputs, slope = self.promote_dtype(
            (given, self.negative_slope[...]), dtype=dtype, inexact=False
        )
        return functional.prelu(inputs, slope)

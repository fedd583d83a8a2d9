"""RNNCellBase: what a cell is to the layers that run it over time."""

from typing import Any

import jax
import jax.numpy as jnp
from jax.nn import initializers

from ramie.layers import functional
from ramie.layers.typing import Dtype, Elementwise, Initializer, Shape

from ..module import Module, nowrap
from ._linear import Dense


class RNNCellBase(Module):
    """A cell: called with a carry and inputs, it returns a new carry and outputs.

    Example:
        >>> from ramie import linen as nn
        >>> class Sum(nn.RNNCellBase):
        ...     def __call__(self, carry, inputs):
        ...         return carry + inputs, carry + inputs
        ...     def initialize_carry(self, rng, input_shape):
        ...         return jnp.zeros(input_shape)
        ...     @property
        ...     def num_feature_axes(self):
        ...         return 1
        >>> cell = Sum()
        >>> cell.apply({}, cell.initialize_carry(None, (2,)), jnp.ones(2))[1]
        Array([1., 1.], dtype=float32)
    """

    @nowrap
    def initialize_carry(self, rng: jax.Array, input_shape: Shape) -> Any:
        """The first carry, for inputs of a shape without the axis of time.

        Args:
            rng: a key.
            input_shape: the shape of the inputs of one step.

        Raises:
            NotImplementedError: a subclass has none.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no initialize_carry(rng, input_shape). "
            f"Define it, with @nn.nowrap."
        )

    @property
    def num_feature_axes(self) -> int:
        """How many axes the features of inputs have.

        Raises:
            NotImplementedError: a subclass does not say.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no num_feature_axes. Define the property: 1 "
            f"for vectors."
        )


class VectorCell(RNNCellBase):
    """A cell of vectors: inputs of shape (*batch, in_features).

    Subclasses have `features`, `param_dtype` and `carry_init`.
    """

    @property
    def num_feature_axes(self) -> int:
        """One: inputs are vectors."""
        return 1

    @nowrap
    def initialize_carry(self, rng: jax.Array, input_shape: Shape) -> Any:
        """An array of shape (*batch, features), by `carry_init`."""
        cell: Any = self
        return cell.carry_init(
            rng, (*input_shape[:-1], cell.features), cell.param_dtype
        )


class GatedCell(VectorCell):
    """A cell of vectors with gates, and what all of these are told.

    Args:
        features: the number of features of carry and outputs.
        gate_fn: opens gates.
        activation_fn: bounds what is written.
        kernel_init: makes the kernels of inputs.
        recurrent_kernel_init: makes the kernels of the carry.
        bias_init: makes the biases.
        dtype: the dtype to compute in; that of inputs and parameters by default.
        param_dtype: the dtype of the parameters and of first carries.
        carry_init: makes the first carry.
    """

    features: int
    gate_fn: Elementwise = functional.sigmoid
    activation_fn: Elementwise = functional.tanh
    kernel_init: Initializer = functional.default_kernel_init
    recurrent_kernel_init: Initializer = functional.default_recurrent_init
    bias_init: Initializer = initializers.zeros
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    carry_init: Initializer = initializers.zeros


class PairCell(GatedCell):
    """A cell with gates whose carry is a pair (c, h)."""

    @nowrap
    def initialize_carry(self, rng: jax.Array, input_shape: Shape) -> Any:
        """Two arrays of shape (*batch, features), by `carry_init`."""
        base = super().initialize_carry
        return tuple(base(key, input_shape) for key in jax.random.split(rng))


def of_inputs_of(cell: Any, name: str, bias_init: Initializer | None = None) -> Dense:
    """A linear map of the inputs, with a bias if there is an initializer for it."""
    return _linear_map(cell, name, cell.kernel_init, bias_init)


def of_carry_of(cell: Any, name: str, bias_init: Initializer | None = None) -> Dense:
    """A linear map of the carry, with a bias if there is an initializer for it."""
    return _linear_map(cell, name, cell.recurrent_kernel_init, bias_init)


def _linear_map(
    cell: Any, name: str, kernel_init: Initializer, bias_init: Initializer | None
) -> Dense:
    """A submodule of the cell that runs."""
    return Dense(  # type: ignore[call-arg,unused-ignore]
        cell.features,
        use_bias=bias_init is not None,
        dtype=cell.dtype,
        param_dtype=cell.param_dtype,
        kernel_init=kernel_init,
        bias_init=bias_init or initializers.zeros,
        name=name,
    )

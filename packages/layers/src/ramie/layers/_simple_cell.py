"""SimpleCell: a recurrent cell with nothing but an activation."""

import jax
import jax.numpy as jnp

from ramie.module import Rngs

from . import functional
from ._cell_base import StandardCell
from ._checks import NO_METADATA
from ._linear import Linear
from ._named_in_errors import named_in_errors
from .functional import tanh
from .initializers import zeros
from .typing import Dtype, Elementwise, Initializer, Metadata, PromoteDtype


class SimpleCell(StandardCell):
    """Compute h' = activation(x @ Wi + b + h @ Wh).

    Elman, "Finding Structure in Time" (1990). The carry is h, and h' the output. With
    `residual`, h is added before the activation.

    Args:
        in_features: the size of the last axis of the inputs.
        hidden_features: the size of the last axis of carry and outputs.
        activation_fn: bounds the carry.
        kernel_init: makes the kernel of the inputs.
        recurrent_kernel_init: makes the kernel of the carry.
        bias_init: makes the bias.
        dtype: the dtype of the linear maps, float32 by default; None for the common
            dtype of inputs and parameters.
        param_dtype: the dtype of the parameters and of the first carry.
        carry_init: makes the first carry; zeros by default.
        promote_dtype: called as `promote_dtype((inputs, kernel, bias), dtype=...)`
            to bring all to one dtype.
        keep_rngs: whether to keep a fork of the stream `carry`, for a first carry
            that is drawn where no other stream is given.
        rngs: gives keys from its stream `params` for the
            kernel of the carry, then for kernel and bias of the inputs.
        kernel_metadata: metadata of the kernel of the inputs.
        recurrent_kernel_metadata: metadata of the kernel of the carry.
        bias_metadata: metadata of the bias.
        residual: whether to add the carry before the activation.

    Attributes:
        dense_i: Linear from inputs, with a bias.
        dense_h: Linear from the carry, without one.

    Raises:
        SizeError: a number of features is negative or no int.
        RngsTypeError: `rngs` is not an Rngs.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.module import Rngs
        >>> cell = SimpleCell(3, 4, rngs=Rngs(0))
        >>> carry = cell.initialize_carry((2, 3))
        >>> carry, outputs = cell(carry, jnp.ones((2, 3)))
        >>> outputs.shape
        (2, 4)
    """

    def __init__(
        self,
        in_features: int,
        hidden_features: int,
        *,
        dtype: Dtype = jnp.float32,
        param_dtype: Dtype = jnp.float32,
        carry_init: Initializer | None = None,
        residual: bool = False,
        activation_fn: Elementwise = tanh,
        kernel_init: Initializer = functional.default_kernel_init,
        recurrent_kernel_init: Initializer = functional.default_recurrent_init,
        bias_init: Initializer = zeros,
        promote_dtype: PromoteDtype = functional.promote_dtype,
        keep_rngs: bool = False,
        rngs: Rngs,
        kernel_metadata: Metadata = NO_METADATA,
        recurrent_kernel_metadata: Metadata = NO_METADATA,
        bias_metadata: Metadata = NO_METADATA,
    ) -> None:
        """Make the linear maps."""
        self._set_up(
            in_features,
            hidden_features,
            activation_fn=activation_fn,
            dtype=dtype,
            param_dtype=param_dtype,
            carry_init=carry_init,
            promote_dtype=promote_dtype,
            keep_rngs=keep_rngs,
            rngs=rngs,
        )
        self.residual = residual
        self.dense_h = Linear(
            hidden_features,
            hidden_features,
            use_bias=False,
            dtype=dtype,
            param_dtype=param_dtype,
            kernel_init=recurrent_kernel_init,
            promote_dtype=promote_dtype,
            rngs=rngs,
            kernel_metadata=recurrent_kernel_metadata,
        )
        self.dense_i = Linear(
            in_features,
            hidden_features,
            use_bias=True,
            dtype=dtype,
            param_dtype=param_dtype,
            kernel_init=kernel_init,
            bias_init=bias_init,
            promote_dtype=promote_dtype,
            rngs=rngs,
            kernel_metadata=kernel_metadata,
            bias_metadata=bias_metadata,
        )

    @named_in_errors
    def __call__(
        self, carry: jax.Array, inputs: jax.Array
    ) -> tuple[jax.Array, jax.Array]:
        """Take one step.

        Args:
            carry: an array of shape (*batch, hidden_features).
            inputs: an array of shape (*batch, in_features).

        Returns:
            The next carry, and the outputs, of shape (*batch, hidden_features).

        Raises:
            FeatureCountError: inputs or carry have another number of features.
            CarryTypeError: the carry is not as many arrays as the cell has.
            CarryBatchError: it belongs to another batch than the inputs.
            InputTypeError: one of them is no array.
        """
        (carry,), inputs = self._accept(carry, inputs)
        carry = functional.simple_step(
            carry,
            self.dense_i(inputs) + self.dense_h(carry),
            activation_fn=self.activation_fn,
            residual=self.residual,
        )
        return carry, carry

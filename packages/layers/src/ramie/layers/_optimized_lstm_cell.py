"""OptimizedLSTMCell: long short-term memory in two products."""

import jax
import jax.numpy as jnp

from ramie.module import Rngs

from . import functional
from ._cell_base import StandardCell
from ._checks import NO_METADATA
from ._linear import Linear
from ._named_in_errors import named_in_errors
from .functional import sigmoid, tanh
from .initializers import zeros
from .typing import Dtype, Elementwise, Initializer, Metadata, PromoteDtype

Pair = tuple[jax.Array, jax.Array]
"""The carry of both cells: the memory, and the outputs of the step before."""


class OptimizedLSTMCell(StandardCell):
    """Long short-term memory; `functional.lstm_step` gives the formula.

    Hochreiter and Schmidhuber, "Long Short-Term Memory" (1997).

    LSTMCell with its kernels side by side: the columns belong to the input gate,
    the forget gate, the candidate and the output gate, in this order. The carry is
    the pair (c, h), and h the output.

    Args:
        in_features: the size of the last axis of the inputs.
        hidden_features: the size of the last axis of carry and outputs.
        gate_fn: opens gates: maps any number to one from 0 to 1.
        activation_fn: bounds what is written and shown.
        kernel_init: makes the kernel of the inputs.
        recurrent_kernel_init: makes the kernel of h.
        bias_init: makes the bias.
        dtype: the dtype of the linear maps; the common dtype of inputs and
            parameters by default.
        param_dtype: the dtype of the parameters and of the first carry.
        carry_init: makes the first carry; zeros by default.
        promote_dtype: called as `promote_dtype((inputs, kernel, bias), dtype=...)`
            to bring all to one dtype.
        keep_rngs: whether to keep a fork of the stream `carry`, for a first carry
            that is drawn where no other stream is given.
        rngs: gives keys from its stream `params` for the
            kernel of the inputs, then for kernel and bias of h.
        kernel_metadata: metadata of the kernel of the inputs.
        recurrent_kernel_metadata: metadata of the kernel of h.
        bias_metadata: metadata of the bias.

    Attributes:
        dense_i: Linear from the inputs, without a bias.
        dense_h: Linear from h, with one.

    Raises:
        SizeError: a number of features is negative or no int.
        RngsTypeError: `rngs` is not an Rngs.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.module import Rngs
        >>> cell = OptimizedLSTMCell(3, 4, rngs=Rngs(0))
        >>> carry = cell.initialize_carry((2, 3))
        >>> carry, outputs = cell(carry, jnp.ones((2, 3)))
        >>> outputs.shape
        (2, 4)
    """

    _carried = 2

    def __init__(
        self,
        in_features: int,
        hidden_features: int,
        *,
        gate_fn: Elementwise = sigmoid,
        activation_fn: Elementwise = tanh,
        kernel_init: Initializer = functional.default_kernel_init,
        recurrent_kernel_init: Initializer = functional.default_recurrent_init,
        bias_init: Initializer = zeros,
        dtype: Dtype | None = None,
        param_dtype: Dtype = jnp.float32,
        carry_init: Initializer | None = None,
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
        self.gate_fn = gate_fn
        self.dense_i = Linear(
            in_features,
            4 * hidden_features,
            use_bias=False,
            dtype=dtype,
            param_dtype=param_dtype,
            kernel_init=kernel_init,
            promote_dtype=promote_dtype,
            rngs=rngs,
            kernel_metadata=kernel_metadata,
        )
        self.dense_h = Linear(
            hidden_features,
            4 * hidden_features,
            use_bias=True,
            dtype=dtype,
            param_dtype=param_dtype,
            kernel_init=recurrent_kernel_init,
            bias_init=bias_init,
            promote_dtype=promote_dtype,
            rngs=rngs,
            kernel_metadata=recurrent_kernel_metadata,
            bias_metadata=bias_metadata,
        )

    @named_in_errors
    def __call__(self, carry: Pair, inputs: jax.Array) -> tuple[Pair, jax.Array]:
        """Take one step.

        Args:
            carry: (c, h), arrays of shape (*batch, hidden_features).
            inputs: an array of shape (*batch, in_features).

        Returns:
            The next carry, and the outputs, of shape (*batch, hidden_features).

        Raises:
            FeatureCountError: inputs or carry have another number of features.
            CarryTypeError: the carry is not as many arrays as the cell has.
            CarryBatchError: it belongs to another batch than the inputs.
            InputTypeError: one of them is no array.
        """
        (cell, hidden), inputs = self._accept(carry, inputs)
        together = self.dense_i(inputs) + self.dense_h(hidden)
        i, f, g, o = jnp.split(together, 4, axis=-1)
        gates = (i, f, g, o)
        cell, hidden = functional.lstm_step(
            cell, gates, gate_fn=self.gate_fn, activation_fn=self.activation_fn
        )
        return (cell, hidden), hidden

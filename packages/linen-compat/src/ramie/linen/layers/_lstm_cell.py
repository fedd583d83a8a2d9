"""Long short-term memory: LSTMCell, and OptimizedLSTMCell with fewer products."""

from typing import Any

import jax
import jax.numpy as jnp

from ramie.layers import functional
from ramie.layers.typing import Dtype, Initializer

from ..module import Module, compact, nowrap
from ._cell_base import PairCell, of_carry_of, of_inputs_of
from ._dtypes import as_array, promote_dtype

GATES = "ifgo"


class LSTMCell(PairCell):
    """Keep, write and show a cell through gates (Hochreiter and Schmidhuber 1997).

        i, f, g, o = (W_i x + U_i h + b_i), and so on for f, g and o
        c' = gate(f) * c + gate(i) * activation(g),  h' = gate(o) * activation(c')

    Submodules: `Dense` named `ii`, `if`, `ig`, `io` of inputs, without biases, and
    `hi`, `hf`, `hg`, `ho` of h. The carry is (c, h), the output h'.

    Args:
        features: the number of features of carry and outputs.
        gate_fn: opens gates.
        activation_fn: bounds what is written and shown.
        kernel_init: makes the kernels of inputs.
        recurrent_kernel_init: makes the kernels of the carry.
        bias_init: makes the biases.
        dtype: the dtype to compute in; that of inputs and parameters by default.
        param_dtype: the dtype of the parameters and of first carries.
        carry_init: makes the first carry.

    Example:
        >>> cell = LSTMCell(4)
        >>> x = jnp.ones((2, 3))
        >>> carry = cell.initialize_carry(jax.random.key(0), x.shape)
        >>> (carry, y), variables = cell.init_with_output(jax.random.key(1), carry, x)
        >>> y.shape
        (2, 4)
    """

    @compact
    def __call__(self, carry: Any, inputs: Any) -> tuple[Any, jax.Array]:
        """Take a step.

        Args:
            carry: (c, h), arrays of shape (*batch, features).
            inputs: an array of shape (*batch, in_features).

        Returns:
            The new carry (c', h'), and h'.
        """
        c, h = carry
        sums = [
            of_inputs_of(self, f"i{gate}")(inputs)
            + of_carry_of(self, f"h{gate}", self.bias_init)(h)
            for gate in GATES
        ]
        carry = functional.lstm_step(
            c,
            (sums[0], sums[1], sums[2], sums[3]),
            gate_fn=self.gate_fn,
            activation_fn=self.activation_fn,
        )
        return carry, carry[1]


class _DenseParams(Module):
    """The parameters of a `Dense`."""

    features: int
    use_bias: bool
    param_dtype: Dtype
    kernel_init: Initializer
    bias_init: Initializer

    @compact
    def __call__(self, inputs: jax.Array) -> tuple[jax.Array, jax.Array | None]:
        """The kernel for such inputs, and the bias or None."""
        shape = (inputs.shape[-1], self.features)
        kernel = self.param("kernel", self.kernel_init, shape, self.param_dtype)
        if not self.use_bias:
            return kernel, None
        return kernel, self.param(
            "bias", self.bias_init, (self.features,), self.param_dtype
        )


class OptimizedLSTMCell(PairCell):
    """`LSTMCell` with one product for all gates: faster for few features.

    Parameters, carry and results are those of `LSTMCell`.

    Args:
        features: the number of features of carry and outputs.
        gate_fn: opens gates.
        activation_fn: bounds what is written and shown.
        kernel_init: makes the kernels of inputs.
        recurrent_kernel_init: makes the kernels of the carry.
        bias_init: makes the biases.
        dtype: the dtype to compute in; that of inputs and parameters by default.
        param_dtype: the dtype of the parameters and of first carries.
        carry_init: makes the first carry.

    Example:
        >>> cell = OptimizedLSTMCell(4)
        >>> x = jnp.ones((2, 3))
        >>> carry = cell.initialize_carry(jax.random.key(0), x.shape)
        >>> (carry, y), variables = cell.init_with_output(jax.random.key(1), carry, x)
        >>> y.shape
        (2, 4)
    """

    @compact
    def __call__(self, carry: Any, inputs: Any) -> tuple[Any, jax.Array]:
        """Take a step; see `LSTMCell`."""
        c, h = carry
        of_inputs = self._all_gates(as_array(inputs), "i", self.kernel_init, False)
        of_carry = self._all_gates(as_array(h), "h", self.recurrent_kernel_init, True)
        i, f, g, o = jnp.split(of_inputs + of_carry, 4, axis=-1)
        carry = functional.lstm_step(
            c, (i, f, g, o), gate_fn=self.gate_fn, activation_fn=self.activation_fn
        )
        return carry, carry[1]

    @nowrap
    def _all_gates(
        self, inputs: jax.Array, source: str, kernel_init: Initializer, use_bias: bool
    ) -> jax.Array:
        """The linear maps of one source to all gates, side by side."""
        made = [
            _DenseParams(  # type: ignore[call-arg,unused-ignore]
                self.features,
                use_bias,
                self.param_dtype,
                kernel_init,
                self.bias_init,
                name=f"{source}{gate}",
            )(inputs)
            for gate in GATES
        ]
        kernel = jnp.concatenate([kernel for kernel, _ in made], axis=-1)
        biases = [bias for _, bias in made if bias is not None]
        bias = jnp.concatenate(biases, axis=-1) if biases else None
        inputs, kernel, bias = promote_dtype(inputs, kernel, bias, dtype=self.dtype)
        return functional.linear(inputs, kernel, bias)

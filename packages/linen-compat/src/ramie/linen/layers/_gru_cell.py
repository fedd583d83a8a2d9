"""Cells whose carry is one vector: GRUCell, MGUCell and SimpleCell."""

from typing import Any

import jax
import jax.numpy as jnp
from jax.nn import initializers

from ramie.layers import functional
from ramie.layers.typing import Dtype, Elementwise, Initializer

from ..module import compact
from ._cell_base import GatedCell, VectorCell, of_carry_of, of_inputs_of


class GRUCell(GatedCell):
    """The gated recurrent unit: mix the carry with a new candidate.

    Chung et al., "Empirical Evaluation of Gated Recurrent Neural Networks on
    Sequence Modeling" (2014), with the reset gate after the linear map:

        r, z = gate(W_r x + b_r + U_r h), gate(W_z x + b_z + U_z h)
        h' = (1 - z) * activation(W_n x + b_n + r * (U_n h + c_n)) + z * h

    Submodules: `Dense` named `ir`, `iz`, `in` of inputs, and `hr`, `hz`, `hn` of h;
    of the latter only `hn` has a bias. The carry and the output are h'.

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

    Example:
        >>> cell = GRUCell(4)
        >>> x = jnp.ones((2, 3))
        >>> carry = cell.initialize_carry(jax.random.key(0), x.shape)
        >>> (carry, y), variables = cell.init_with_output(jax.random.key(1), carry, x)
        >>> y.shape
        (2, 4)
    """

    @compact
    def __call__(self, carry: Any, inputs: Any) -> tuple[jax.Array, jax.Array]:
        """Take a step.

        Args:
            carry: h, an array of shape (*batch, features).
            inputs: an array of shape (*batch, in_features).

        Returns:
            h', twice.
        """
        bias_init = self.bias_init
        of_inputs = [of_inputs_of(self, f"i{g}", bias_init)(inputs) for g in "rzn"]
        of_carry = [of_carry_of(self, f"h{g}")(carry) for g in "rz"]
        of_carry.append(of_carry_of(self, "hn", bias_init)(carry))
        carry = functional.gru_step(
            carry,
            (of_inputs[0], of_inputs[1], of_inputs[2]),
            (of_carry[0], of_carry[1], of_carry[2]),
            gate_fn=self.gate_fn,
            activation_fn=self.activation_fn,
        )
        return carry, carry


class MGUCell(VectorCell):
    """The minimal gated unit: one gate (Zhou et al. 2016, eq. 7).

        f = gate(W_f x + b_f + U_f h)
        h' = (1 - f) * activation(W_n x + b_n + f * (U_n h + c_n)) + f * h

    Submodules: `Dense` named `if`, `in` of inputs, and `hf`, `hn` of h; of the
    latter only `hn` has a bias. The carry and the output are h'.

    Args:
        features: the number of features of carry and outputs.
        gate_fn: opens gates.
        activation_fn: bounds what is written.
        kernel_init: makes the kernels of inputs.
        recurrent_kernel_init: makes the kernels of the carry.
        forget_bias_init: makes the bias of the gate.
        activation_bias_init: makes the biases of the candidate.
        dtype: the dtype to compute in; that of inputs and parameters by default.
        param_dtype: the dtype of the parameters and of first carries.
        carry_init: makes the first carry.
        reset_gate: whether the gate also resets the carry for the candidate;
            without it, `hn` has no bias (Heck and Salem 2017).

    Example:
        >>> cell = MGUCell(4)
        >>> x = jnp.ones((2, 3))
        >>> carry = cell.initialize_carry(jax.random.key(0), x.shape)
        >>> (carry, y), variables = cell.init_with_output(jax.random.key(1), carry, x)
        >>> y.shape
        (2, 4)
    """

    features: int
    gate_fn: Elementwise = functional.sigmoid
    activation_fn: Elementwise = functional.tanh
    kernel_init: Initializer = functional.default_kernel_init
    recurrent_kernel_init: Initializer = functional.default_recurrent_init
    forget_bias_init: Initializer = initializers.ones
    activation_bias_init: Initializer = initializers.zeros
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    carry_init: Initializer = initializers.zeros
    reset_gate: bool = True

    @compact
    def __call__(self, carry: Any, inputs: Any) -> tuple[jax.Array, jax.Array]:
        """Take a step; see `GRUCell`."""
        inits = {"f": self.forget_bias_init, "n": self.activation_bias_init}
        of_inputs = [of_inputs_of(self, f"i{g}", inits[g])(inputs) for g in "fn"]
        of_hn = inits["n"] if self.reset_gate else None
        of_carry = (of_carry_of(self, "hf"), of_carry_of(self, "hn", of_hn))
        carry = functional.mgu_step(
            carry,
            (of_inputs[0], of_inputs[1]),
            (of_carry[0](carry), of_carry[1](carry)),
            gate_fn=self.gate_fn,
            activation_fn=self.activation_fn,
            reset_gate=self.reset_gate,
        )
        return carry, carry


class SimpleCell(VectorCell):
    """Elman's cell: h' = activation(W x + b + U h), with `residual` plus h within.

    Elman, "Finding Structure in Time" (1990). Submodules: `Dense` named `i` of
    inputs, and `h` of h, without a bias. The carry and the output are h'.

    Args:
        features: the number of features of carry and outputs.
        activation_fn: applied to each element.
        kernel_init: makes the kernels of inputs.
        recurrent_kernel_init: makes the kernels of the carry.
        bias_init: makes the biases.
        dtype: the dtype to compute in; that of inputs and parameters by default.
        param_dtype: the dtype of the parameters and of first carries.
        carry_init: makes the first carry.
        residual: whether to add h before the activation.

    Example:
        >>> cell = SimpleCell(4)
        >>> x = jnp.ones((2, 3))
        >>> carry = cell.initialize_carry(jax.random.key(0), x.shape)
        >>> (carry, y), variables = cell.init_with_output(jax.random.key(1), carry, x)
        >>> y.shape
        (2, 4)
    """

    features: int
    activation_fn: Elementwise = functional.tanh
    kernel_init: Initializer = functional.default_kernel_init
    recurrent_kernel_init: Initializer = functional.default_recurrent_init
    bias_init: Initializer = initializers.zeros
    dtype: Dtype | None = None
    param_dtype: Dtype = jnp.float32
    carry_init: Initializer = initializers.zeros
    residual: bool = False

    @compact
    def __call__(self, carry: Any, inputs: Any) -> tuple[jax.Array, jax.Array]:
        """Take a step; see `GRUCell`."""
        of_carry = of_carry_of(self, "h")(carry)
        candidate = of_inputs_of(self, "i", self.bias_init)(inputs) + of_carry
        carry = functional.simple_step(
            carry,
            candidate,
            activation_fn=self.activation_fn,
            residual=self.residual,
        )
        return carry, carry

"""Products in eight bits: what layers take as `dot_general_cls`, and einsum.

The scales are variables of the collection `OVERWRITE_WITH_GRADIENT`. A training step
differentiates by them as by parameters, and puts the gradients in their place: these
are the scales of the next step. `TrainState` does so.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ramie.layers import functional
from ramie.layers.functional import Fp8Scaling
from ramie.layers.typing import Dtype, Precision

from ..module import Module, compact, nowrap

OVERWRITE_WITH_GRADIENT = "_overwrite_with_gradient"
"""The collection of variables that a step replaces by their gradients."""


class Fp8DotGeneralBase(Module):
    """What all products in eight bits have: the scales of what they multiply.

    Variables, in the collection `OVERWRITE_WITH_GRADIENT`: a scale and the largest
    absolute values of earlier steps for the input, the kernel and the gradient of the
    output. A module that is called twice in one step adds its two gradients up, which
    means nothing here; make one for each call.

    Args:
        amax_history_length: how many steps the largest values are kept; with 0 the
            scales stay as they are.
        e4m3_dtype: the format of inputs and kernels.
        e5m2_dtype: the format of gradients.
    """

    amax_history_length: int = 1024
    e4m3_dtype: Any = jnp.float8_e4m3fn
    e5m2_dtype: Any = jnp.float8_e5m2

    @nowrap
    def scalings(self) -> tuple[Fp8Scaling, Fp8Scaling, Fp8Scaling]:
        """Those of the input, the kernel and the gradient of the output."""
        return (
            self.scaling("input"),
            self.scaling("kernel"),
            self.scaling("output_grad"),
        )

    @nowrap
    def scaling(self, name: str) -> Fp8Scaling:
        """The scale and the largest values of one array, as variables."""
        scale = self._kept(f"{name}_scale", jnp.ones, 1)
        history = self._kept(
            f"{name}_amax_history", jnp.zeros, self.amax_history_length
        )
        return Fp8Scaling(scale, history)

    @nowrap
    def _kept(self, name: str, make: Callable[..., Any], size: int) -> Any:
        return self.variable(
            OVERWRITE_WITH_GRADIENT, name, make, (size,), jnp.float32
        ).value


class Fp8DirectDotGeneralOp(Fp8DotGeneralBase):
    """A `dot_general` that multiplies numbers of eight bits.

    Operands and result have the dtype of the second operand, the kernel.

    Example:
        >>> from ramie import linen as nn
        >>> layer = nn.Dense(2, dot_general_cls=nn.Fp8DirectDotGeneralOp)
        >>> variables = layer.init(jax.random.key(0), jnp.ones((1, 3)))
        >>> loss = lambda variables: layer.apply(variables, jnp.ones((1, 3))).sum()
        >>> new = jax.grad(loss)(variables)["_overwrite_with_gradient"]
        >>> float(new["Fp8DirectDotGeneralOp_0"]["input_amax_history"][0])
        1.0
    """

    @compact
    def __call__(
        self, lhs: Any, rhs: Any, dimension_numbers: Any, *_: Any, **__: Any
    ) -> jax.Array:
        """Multiply, as `jax.lax.dot_general` does.

        Args:
            lhs: the input.
            rhs: the kernel.
            dimension_numbers: the axes. All other arguments of `jax.lax.dot_general`
                are left alone: eight bits do not give what they ask for.
        """
        return functional.fp8_dot_general(
            lhs.astype(rhs.dtype),
            rhs,
            dimension_numbers,
            self.scalings(),
            dtype=self.e4m3_dtype,
            grad_dtype=self.e5m2_dtype,
        )


Fp8DotGeneral = Fp8DirectDotGeneralOp


class Fp8DotGeneralOp(Fp8DotGeneralBase):
    """A `dot_general` that rounds to eight bits, and multiplies with all bits.

    A compiler may make one product of eight bits from it; `Fp8DirectDotGeneralOp` is
    one already.

    Example:
        >>> from ramie import linen as nn
        >>> layer = nn.Dense(2, dot_general_cls=nn.Fp8DotGeneralOp)
        >>> layer.init_with_output(jax.random.key(0), jnp.ones((1, 3)))[0].shape
        (1, 2)
    """

    @compact
    def __call__(
        self, lhs: Any, rhs: Any, dimension_numbers: Any, *_: Any, **__: Any
    ) -> jax.Array:
        """Multiply, as `jax.lax.dot_general` does.

        Args:
            lhs: the input.
            rhs: the kernel.
            dimension_numbers: the axes. All other arguments of `jax.lax.dot_general`
                are left alone.
        """
        of_lhs, of_rhs, of_gradient = self.scalings()
        product = lax.dot_general(
            functional.fp8_round(lhs.astype(rhs.dtype), of_lhs, self.e4m3_dtype),
            functional.fp8_round(rhs, of_rhs, self.e4m3_dtype),
            dimension_numbers,
        )
        return functional.fp8_round_gradient(product, of_gradient, self.e5m2_dtype)


class NANOOFp8DotGeneralOp(Fp8DotGeneralOp):
    """`Fp8DotGeneralOp` with the formats that have neither infinity nor -0.

    Example:
        >>> from ramie import linen as nn
        >>> layer = nn.Dense(2, dot_general_cls=nn.NANOOFp8DotGeneralOp)
        >>> layer.init_with_output(jax.random.key(0), jnp.ones((1, 3)))[0].shape
        (1, 2)
    """

    e4m3_dtype: Any = jnp.float8_e4m3fnuz
    e5m2_dtype: Any = jnp.float8_e5m2fnuz


class Fp8Einsum(Fp8DotGeneralBase):
    """`jnp.einsum` of two arrays, multiplied in eight bits.

    Example:
        >>> from ramie import linen as nn
        >>> x = jnp.ones((2, 3))
        >>> nn.Fp8Einsum().init_with_output(jax.random.key(0), "ab,cb->ac", x, x)[0]
        Array([[3., 3.],
               [3., 3.]], dtype=float32)
    """

    @compact
    def __call__(
        self,
        eqn: str,
        lhs: Any,
        rhs: Any,
        precision: Precision = None,  # noqa: ARG002 (as for jnp.einsum)
        preferred_element_type: Dtype | None = None,
    ) -> jax.Array:
        """Sum products of two arrays, as an equation says.

        Args:
            eqn: names the axes, as for `jnp.einsum`.
            lhs: the input.
            rhs: the kernel; both are brought to its dtype.
            precision: left alone, as products of eight bits are exact.
            preferred_element_type: the dtype of the result, by default that of `rhs`.
        """
        scalings = self.scalings()

        def multiply(
            lhs: jax.Array,
            rhs: jax.Array,
            dimension_numbers: Any,
            *_: Any,
            **options: Any,
        ) -> jax.Array:
            return functional.fp8_dot_general(
                lhs,
                rhs,
                dimension_numbers,
                scalings,
                dtype=self.e4m3_dtype,
                grad_dtype=self.e5m2_dtype,
                preferred_element_type=options["preferred_element_type"],
            )

        product: jax.Array = jnp.einsum(
            eqn,
            lhs.astype(rhs.dtype),
            rhs,
            preferred_element_type=preferred_element_type or rhs.dtype,
            _dot_general=multiply,
        )
        return product

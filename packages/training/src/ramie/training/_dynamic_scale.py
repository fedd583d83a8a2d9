"""DynamicScale: gradients in float16 without underflow.

The loss is multiplied by a large number before it is differentiated, and the gradients
are divided by it afterwards. Where they overflow the number is made smaller; after many
steps without that it is made larger.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ramie.module import Pytree

from ._extras import load
from ._opt_state import OptState
from ._precision import precise

LIMITS = np.finfo(np.float32)


class DynamicScaleResult(NamedTuple):
    """What differentiation with a scale returns.

    Attributes:
        dynamic_scale: the scale itself, which has been adapted.
        finite: whether every gradient is finite; a bool array. Skip the update if not.
        aux: the value of the function, or `(value, aux)` where it has aux.
        grad: the gradients, in float32 at least.
    """

    dynamic_scale: DynamicScale
    finite: jax.Array
    aux: Any
    grad: Any


class DynamicScale(Pytree):
    """A scale of the loss that follows what the gradients can bear.

    Attributes:
        scale: the number by which the loss is multiplied; an `OptState`.
        fin_steps: how many steps were finite since it changed; an `OptState`.

    Args:
        growth_factor: what to multiply the scale with after enough finite steps.
        backoff_factor: what to multiply it with after one that was not finite.
        growth_interval: how many finite steps there are between two that let it grow.
        fin_steps: how many there were already.
        scale: the scale at the start.
        minimum_scale: the scale does not become smaller than this; None for no limit.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.training import DynamicScale
        >>> scale = DynamicScale(scale=1024.0)
        >>> loss = lambda w: jnp.float16(1e-5) * (jnp.float16(1e-3) * w)
        >>> weight = jnp.float16(1.0)
        >>> jax.grad(loss)(weight).item()  # too small for float16
        0.0
        >>> result = scale.value_and_grad(loss)(weight)
        >>> f"{result.grad:.1e}", result.finite.item()
        ('1.0e-08', True)
    """

    def __init__(
        self,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        fin_steps: int | jax.Array = 0,
        scale: float | jax.Array = 65536.0,
        minimum_scale: float | None = float(LIMITS.tiny),
    ) -> None:
        """Start with this scale."""
        self.growth_factor = growth_factor
        self.backoff_factor = backoff_factor
        self.growth_interval = growth_interval
        self.minimum_scale = minimum_scale
        self.fin_steps = OptState(jnp.asarray(fin_steps, jnp.int32))
        self.scale = OptState(jnp.asarray(scale, jnp.float32))

    def value_and_grad(
        self,
        fun: Callable[..., Any],
        argnums: int | Sequence[Any] = 0,
        has_aux: bool = False,
        axis_name: str | None = None,
    ) -> Callable[..., DynamicScaleResult]:
        """A function that returns value and gradient of `fun`, and adapts the scale.

        Args:
            fun: a function of models or arrays that returns a scalar.
            argnums: which arguments, as `ramie.transforms.value_and_grad` takes them.
            has_aux: `fun` returns a pair, of which only the first is differentiated.
            axis_name: a mapped axis of devices over which gradients are averaged.

        Returns:
            A function with the arguments of `fun` that returns a DynamicScaleResult.

        Raises:
            MissingExtraError: ramie-transforms is not installed.
        """
        transforms = load("ramie.transforms", extra="loss-scaling")

        def differentiate(*args: Any, **kwargs: Any) -> DynamicScaleResult:
            scale = self.scale.get_value()

            def scaled(*args: Any, **kwargs: Any) -> Any:
                result = fun(*args, **kwargs)
                value = precise(result[0] if has_aux else result)
                aux = (value, result[1]) if has_aux else value
                return value * scale.astype(value.dtype), aux

            compute = transforms.grad(scaled, argnums=argnums, has_aux=True)
            gradients, aux = compute(*args, **kwargs)
            gradients = jax.tree.map(
                lambda g: (g := precise(g)) / scale.astype(g.dtype), gradients
            )
            if axis_name is not None:
                gradients = jax.lax.pmean(gradients, axis_name)  # type: ignore[no-untyped-call,unused-ignore]
            finite = _all_finite(gradients)
            self._adapt(finite)
            return DynamicScaleResult(self, finite, aux, gradients)

        return differentiate

    def grad(
        self,
        fun: Callable[..., Any],
        argnums: int | Sequence[Any] = 0,
        has_aux: bool = False,
        axis_name: str | None = None,
    ) -> Callable[..., DynamicScaleResult]:
        """As `value_and_grad`; `aux` of the result has not the value of `fun`.

        Args:
            fun: a function of models or arrays that returns a scalar.
            argnums: which arguments are differentiated.
            has_aux: `fun` returns a pair, of which only the first is differentiated.
            axis_name: a mapped axis of devices over which gradients are averaged.
        """
        compute = self.value_and_grad(fun, argnums, has_aux, axis_name)

        def differentiate(*args: Any, **kwargs: Any) -> DynamicScaleResult:
            result = compute(*args, **kwargs)
            return result._replace(aux=result.aux[1] if has_aux else None)

        return differentiate

    def _adapt(self, finite: jax.Array) -> None:
        scale, steps = self.scale.get_value(), self.fin_steps.get_value()
        grow = steps == self.growth_interval
        larger = jnp.minimum(scale * self.growth_factor, jnp.float32(LIMITS.max))
        smaller = scale * self.backoff_factor
        if self.minimum_scale is not None:
            smaller = jnp.maximum(smaller, jnp.float32(self.minimum_scale))
        up = jnp.where(grow, larger, scale)
        self.scale.set_value(jnp.where(finite, up, smaller))
        none = jnp.zeros_like(steps)
        self.fin_steps.set_value(jnp.where(finite & ~grow, steps + 1, none))


def _all_finite(gradients: Any) -> jax.Array:
    leaves = jax.tree.leaves(gradients)
    finite = [jnp.isfinite(leaf).all() for leaf in leaves]
    return jnp.stack([jnp.array(True), *finite]).all()

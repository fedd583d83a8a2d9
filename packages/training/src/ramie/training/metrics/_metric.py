"""What every metric is: an object with counters that can be reset and updated.

A metric keeps its counters in `MetricState` variables. So it is updated inside a
compiled step like a model is, and is split, merged and saved like one. This file
does not know any formula.
"""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike

from ramie.graph import split
from ramie.module import Pytree
from ramie.variables import Variable


class MetricState(Variable[Any]):
    """A counter of a metric."""

    __slots__ = ()


class Metric(Pytree):
    """Base class of metrics: `reset`, `update` with keyword arguments, `compute`.

    A subclass makes its counters in `__init__` and changes them in `update`.
    Arguments of `update` that it does not need it lets pass: a `MultiMetric`
    hands all arguments to all its metrics.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.training.metrics import Metric, MetricState
        >>> class Largest(Metric):
        ...     def __init__(self):
        ...         self.top = MetricState(jnp.array(-jnp.inf))
        ...
        ...     def reset(self):
        ...         self.top.set_value(jnp.array(-jnp.inf))
        ...
        ...     def update(self, *, values, **_):
        ...         self.top.set_value(jnp.maximum(self.top.get_value(), values.max()))
        ...
        ...     def compute(self):
        ...         return self.top.get_value()
        >>> largest = Largest()
        >>> largest.update(values=jnp.array([1.0, 4.0]))
        >>> float(largest.compute())
        4.0
    """

    def __init__(self) -> None:
        """Raise: a metric makes its counters here."""
        raise NotImplementedError(_must(self, "__init__"))

    def reset(self) -> None:
        """Forget everything measured so far."""
        raise NotImplementedError(_must(self, "reset"))

    def update(self, **kwargs: Any) -> None:
        """Take one batch into account."""
        raise NotImplementedError(_must(self, "update"))

    def compute(self) -> Any:
        """Return what was measured since the last reset."""
        raise NotImplementedError(_must(self, "compute"))

    def split(self, *filters: Any) -> Any:
        """Return structure and state, as `ramie.graph.split(self, *filters)` does."""
        return split(self, *filters)


@partial(jax.jit, static_argnums=0)
def zero(dtype: DTypeLike) -> jax.Array:
    """Return the scalar a counter starts with.

    It is made on the device. `jnp.zeros` outside of a compiled function sends it
    there, which `jax.transfer_guard("disallow")` forbids around a training loop.
    """
    return jnp.zeros((), dtype)


def _must(metric: Metric, method: str) -> str:
    return f"{type(metric).__name__} must define {method}() itself."

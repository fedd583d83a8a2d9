"""The mean of everything an argument of `update` has held."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from ..errors import MissingMetricArgumentError
from ._metric import Metric, MetricState, zero
from ._weights import add_counts, count_of, spread, total_of


class Average(Metric):
    """The mean of all values given so far; every value counts the same.

    `total` is kept in float32 and `count` in int32 (float32 once a mask of
    fractions was used), so batches of different sizes are weighed correctly.

    Args:
        argname: the keyword argument of `update` to average.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.training.metrics import Average
        >>> loss = Average("loss")
        >>> loss.update(loss=jnp.array([1.0, 2.0]))
        >>> loss.update(loss=jnp.array([9.0, 4.0]), mask=jnp.array([True, False]))
        >>> float(loss.compute())
        4.0
    """

    def __init__(self, argname: str = "values") -> None:
        """Start with nothing measured."""
        self.argname = argname
        self.total = MetricState(zero(jnp.float32))
        self.count = MetricState(zero(jnp.int32))

    def reset(self) -> None:
        """Forget everything measured so far."""
        self.total.set_value(zero(jnp.float32))
        self.count.set_value(zero(jnp.int32))

    def update(self, mask: jax.Array | None = None, **kwargs: Any) -> None:
        """Take the values in `kwargs[argname]` into account.

        Args:
            mask: which values count (bool), or how much each counts (numbers). Its
                shape is that of the values or broadcasts to it; for a scalar
                value it may have any shape.
            **kwargs: the values under the name `argname`: a number or an array of
                any shape and real dtype. All other arguments are ignored.

        Raises:
            MissingMetricArgumentError: there is no argument `argname`.
            MaskShapeError: the mask cannot be broadcast to the values.
        """
        values, weights = spread(take(self, self.argname, kwargs), mask)
        self.total.set_value(self.total.get_value() + total_of(values, weights))
        count = add_counts(self.count.get_value(), count_of(values, weights))
        self.count.set_value(count)

    def compute(self) -> jax.Array:
        """Return the mean as a float32 scalar, NaN where nothing was measured."""
        count = self.count.get_value().astype(jnp.float32)
        mean: jax.Array = self.total.get_value() / count
        return mean


def take(metric: Metric, argument: str, given: Mapping[str, Any]) -> Any:
    """Return what a metric measures, or raise MissingMetricArgumentError."""
    if argument not in given:
        raise MissingMetricArgumentError(type(metric).__name__, argument, given)
    return given[argument]

"""Mean and spread of a stream of values in one pass."""

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp

from ._average import take
from ._metric import Metric, MetricState, zero
from ._weights import add_counts, count_of, spread, total_of


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Statistics:
    """What `Welford` computes; float32 scalars.

    Attributes:
        mean: the mean.
        standard_error_of_mean: the standard deviation over the root of the count.
        standard_deviation: the root of the mean squared distance from the mean.
    """

    mean: jax.Array
    standard_error_of_mean: jax.Array
    standard_deviation: jax.Array

    def replace(self, **updates: Any) -> "Statistics":
        """Return a copy with some of the numbers replaced."""
        return replace(self, **updates)


class Welford(Metric):
    """Mean, standard deviation and standard error of all values given so far.

    Batches are combined by the parallel form of Welford's method (Chan, Golub and
    LeVeque, "Algorithms for computing the sample variance", 1983): it subtracts no
    large numbers from each other, so it stays exact where the mean is far from 0.

    Args:
        argname: the keyword argument of `update` to measure.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.training.metrics import Welford
        >>> spread = Welford()
        >>> spread.update(values=jnp.array([1.0, 2.0, 3.0]))
        >>> spread.update(values=jnp.array([6.0]))
        >>> float(spread.compute().mean)
        3.0
    """

    def __init__(self, argname: str = "values") -> None:
        """Start with nothing measured."""
        self.argname = argname
        self.count = MetricState(zero(jnp.int32))
        self.mean = MetricState(zero(jnp.float32))
        self.m2 = MetricState(zero(jnp.float32))

    def reset(self) -> None:
        """Forget everything measured so far."""
        self.count.set_value(zero(jnp.int32))
        self.mean.set_value(zero(jnp.float32))
        self.m2.set_value(zero(jnp.float32))

    def update(self, **kwargs: Any) -> None:
        """Take the values in `kwargs[argname]` into account.

        Args:
            **kwargs: the values under the name `argname`, and optionally a `mask`
                as in `Average.update`. All other arguments are ignored.

        Raises:
            MissingMetricArgumentError: there is no argument `argname`.
            MaskShapeError: the mask cannot be broadcast to the values.
        """
        values, weights = spread(take(self, self.argname, kwargs), kwargs.get("mask"))
        count = count_of(values, weights)
        more = count.astype(jnp.float32)
        mean = total_of(values, weights) / _at_least_one(more)
        m2 = total_of(jnp.square(values - mean), weights)

        before = self.count.get_value().astype(jnp.float32)
        both = _at_least_one(before + more)
        delta = mean - self.mean.get_value()
        self.count.set_value(add_counts(self.count.get_value(), count))
        self.mean.set_value(self.mean.get_value() + delta * more / both)
        shift = jnp.square(delta) * before * (more / both)
        self.m2.set_value(self.m2.get_value() + m2 + shift)

    def compute(self) -> Statistics:
        """Return mean and spread; the spread is NaN where nothing was measured."""
        count = self.count.get_value().astype(jnp.float32)
        deviation = jnp.sqrt(self.m2.get_value() / count)
        return Statistics(
            mean=self.mean.get_value(),
            standard_error_of_mean=deviation / jnp.sqrt(count),
            standard_deviation=deviation,
        )


def _at_least_one(count: jax.Array) -> jax.Array:
    # Only 0 needs another divisor: a sum of fractions below 1 is a fine one.
    return jnp.where(count > 0, count, jnp.ones_like(count))

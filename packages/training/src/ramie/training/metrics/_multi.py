"""Several metrics that are updated with the same arguments."""

from typing import Any

from ramie.graph import state
from ramie.graph.extend import is_cell

from ..errors import MetricNameError
from ._metric import Metric


class MultiMetric(Metric):
    """Several metrics under names, updated, reset and computed as one.

    Args:
        **metrics: the metrics by name. Each becomes an attribute.

    Raises:
        MetricNameError: a name that the object itself needs, or no metric.

    Example:
        >>> import jax.numpy as jnp
        >>> from ramie.training.metrics import Accuracy, Average, MultiMetric
        >>> both = MultiMetric(loss=Average("loss"), accuracy=Accuracy())
        >>> both.update(
        ...     loss=0.5,
        ...     logits=jnp.array([[0.1, 0.9], [0.8, 0.2]]),
        ...     labels=jnp.array([1, 1]),
        ... )
        >>> {name: float(value) for name, value in both.compute().items()}
        {'loss': 0.5, 'accuracy': 0.5}
    """

    def __init__(self, **metrics: Metric) -> None:
        """Check all names, then keep the metrics."""
        for name, metric in metrics.items():
            _check_entry(name, metric)
        self._metric_names = tuple(metrics)
        for name, metric in metrics.items():
            setattr(self, name, metric)

    def reset(self) -> None:
        """Reset every metric."""
        for name in self._metric_names:
            getattr(self, name).reset()

    def update(self, **updates: Any) -> None:
        """Hand all arguments to every metric; each takes what it needs.

        Where one of them raises, all of them keep what they had.
        """
        cells = [leaf for _, leaf in state(self).flat_state() if is_cell(leaf)]
        before = [cell.get_raw_value() for cell in cells]
        try:
            for name in self._metric_names:
                getattr(self, name).update(**updates)
        except BaseException:
            for cell, value in zip(cells, before, strict=True):
                cell.set_raw_value(value)
            raise

    def compute(self) -> dict[str, Any]:
        """Return the value of each metric by name, in the order they were given."""
        return {name: getattr(self, name).compute() for name in self._metric_names}


def _check_entry(name: str, metric: Any) -> None:
    if hasattr(MultiMetric, name) or name.startswith("_"):
        raise MetricNameError(
            name, "the name belongs to MultiMetric itself. Choose another one."
        )
    if not isinstance(metric, Metric):
        raise MetricNameError(
            name,
            f"a {type(metric).__name__} is not a Metric. Pass an object such as "
            f"metrics.Average().",
        )

"""Metrics: counters that live in variables and so work inside transforms.

A metric is reset, updated once per batch, and computed when its value is needed.

Example:
    >>> import jax.numpy as jnp
    >>> from ramie.training import metrics
    >>> loss = metrics.Average("loss")
    >>> loss.update(loss=jnp.array([1.0, 3.0]))
    >>> loss.update(loss=jnp.array([5.0]))
    >>> float(loss.compute())
    3.0
"""

from ramie.graph.extend import publish as _publish

from ._accuracy import Accuracy as Accuracy
from ._average import Average as Average
from ._metric import Metric as Metric
from ._metric import MetricState as MetricState
from ._multi import MultiMetric as MultiMetric
from ._welford import Statistics as Statistics
from ._welford import Welford as Welford

_publish(globals())

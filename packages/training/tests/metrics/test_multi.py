import jax.numpy as jnp
import pytest

from ramie.graph import merge, split
from ramie.training.errors import MetricNameError, MissingMetricArgumentError
from ramie.training.metrics import Accuracy, Average, MultiMetric
from ramie.transforms import jit

LOGITS = jnp.array([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]])
LABELS = jnp.array([1, 0, 0])


@pytest.fixture
def both():
    return MultiMetric(loss=Average("loss"), accuracy=Accuracy())


def test_each_metric_takes_what_it_needs(both):
    both.update(loss=0.5, logits=LOGITS, labels=LABELS)

    found = both.compute()
    assert list(found) == ["loss", "accuracy"]
    assert float(found["loss"]) == 0.5
    assert float(found["accuracy"]) == pytest.approx(2 / 3)


def test_metrics_are_attributes(both):
    both.update(loss=0.5, logits=LOGITS, labels=LABELS)

    assert float(both.loss.compute()) == 0.5


def test_a_mask_reaches_all(both):
    both.update(
        loss=jnp.array([1.0, 2.0, 9.0]),
        logits=LOGITS,
        labels=LABELS,
        mask=jnp.array([True, True, False]),
    )

    found = both.compute()
    assert (float(found["loss"]), float(found["accuracy"])) == (1.5, 1.0)


def test_reset_reaches_all(both):
    both.update(loss=0.5, logits=LOGITS, labels=LABELS)

    both.reset()

    assert all(jnp.isnan(value) for value in both.compute().values())


def test_all_keep_what_they_had_when_one_raises(both):
    both.update(loss=0.5, logits=LOGITS, labels=LABELS)

    with pytest.raises(MissingMetricArgumentError):
        MultiMetric(a=both.loss, b=Average("other")).update(loss=100.0)

    assert float(both.loss.compute()) == 0.5


@pytest.mark.parametrize(
    "name", ["reset", "update", "compute", "split", "_metric_names"]
)
def test_names_of_its_own_are_refused(name):
    with pytest.raises(MetricNameError, match="Choose another"):
        MultiMetric(**{name: Average()})


def test_only_metrics_are_metrics():
    with pytest.raises(MetricNameError, match="a float is not a Metric"):
        MultiMetric(loss=0.5)


def test_survives_split_and_merge(both):
    both.update(loss=0.5, logits=LOGITS, labels=LABELS)

    twin = merge(*both.split())

    assert twin.compute() == both.compute()
    assert split(both)[0] == both.split()[0]


def test_updates_inside_jit_travel_out(both):
    @jit
    def step(metrics, logits, labels):
        metrics.update(loss=logits.sum(), logits=logits, labels=labels)

    step(both, LOGITS, LABELS)
    step(both, LOGITS, LABELS)

    assert int(both.accuracy.count.get_value()) == 6

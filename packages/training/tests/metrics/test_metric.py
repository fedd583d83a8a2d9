import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.training.metrics import (
    Accuracy,
    Average,
    Metric,
    MultiMetric,
    Statistics,
    Welford,
)
from ramie.transforms import jit, vmap


class Nothing(Metric):
    def __init__(self):
        pass


def test_a_metric_must_make_its_counters():
    with pytest.raises(NotImplementedError, match=r"Metric must define __init__\(\)"):
        Metric()


@pytest.mark.parametrize("method", ["reset", "update", "compute"])
def test_every_method_is_asked_for_by_name(method):
    with pytest.raises(NotImplementedError, match=rf"Nothing must define {method}\(\)"):
        getattr(Nothing(), method)()


def test_split_gives_structure_and_state():
    graphdef, state = Average().split()

    assert graphdef.num_leaves == 2
    assert set(state) == {"count", "total"}


@pytest.fixture
def metrics():
    return MultiMetric(mean=Average(), right=Accuracy(), spread=Welford())


def batch(seed, size=8):
    random = np.random.default_rng(seed)
    return {
        "values": random.normal(size=size).astype(np.float32),
        "logits": random.normal(size=(size, 3)).astype(np.float32),
        "labels": random.integers(0, 3, size).astype(np.int32),
        "mask": random.random(size) < 0.6,
    }


def expected(*batches):
    """What NumPy makes of all batches at once."""
    values, logits, labels, mask = (
        np.concatenate([batch[name] for batch in batches])
        for name in ("values", "logits", "labels", "mask")
    )
    chosen = values[mask].astype(np.float64)
    return {
        "mean": chosen.mean(),
        "right": (logits.argmax(-1) == labels)[mask].mean(),
        "spread": Statistics(
            chosen.mean(), chosen.std() / np.sqrt(chosen.size), chosen.std()
        ),
    }


def assert_close(found, wanted):
    assert set(found) == set(wanted)
    for name, value in found.items():
        jax.tree.map(
            lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4),
            value,
            wanted[name],
        )


def test_batches_that_are_split_over_devices_count_once(metrics):
    mesh = jax.make_mesh((8,), ("data",), axis_types=(jax.sharding.AxisType.Auto,))
    rows = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("data"))

    @jit
    def step(metrics, **batch):
        metrics.update(**batch)

    for seed in range(2):
        step(metrics, **jax.device_put(batch(seed), rows))

    assert_close(metrics.compute(), expected(batch(0), batch(1)))


def test_in_vmap_each_row_has_counters_of_its_own():
    @vmap
    def measure(batch):
        metrics = MultiMetric(mean=Average(), right=Accuracy(), spread=Welford())
        metrics.update(**batch)
        metrics.reset()
        metrics.update(**batch)
        return metrics.compute()

    stacked = jax.tree.map(lambda *rows: np.stack(rows), batch(0), batch(1))
    found = measure(stacked)

    for row in range(2):
        ours = jax.tree.map(lambda x, row=row: x[row], found)
        assert_close(ours, expected(batch(row)))


def test_stacked_metrics_are_updated_row_by_row():
    @vmap
    def make(start):
        average = Average()
        average.update(values=start)
        return average

    averages = make(jnp.array([1.0, 10.0]))
    vmap(lambda average, value: average.update(values=value))(
        averages, jnp.array([3.0, 30.0])
    )

    assert averages.compute().tolist() == [2.0, 20.0]


@pytest.mark.parametrize("kind", [Average, Welford])
def test_a_reset_sends_nothing_to_the_device(kind):
    metric = kind()
    metric.update(values=jnp.arange(3.0))

    with jax.transfer_guard("disallow"):
        metric.reset()

    assert metric.count.get_value() == 0

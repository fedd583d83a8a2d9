import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ramie.graph import state
from ramie.training.errors import MissingMetricArgumentError
from ramie.training.metrics import Average, MetricState
from ramie.transforms import jit

batches = st.lists(
    hnp.arrays(
        np.float32,
        hnp.array_shapes(max_dims=2, max_side=5),
        elements=st.floats(-100, 100, width=32),
    ),
    min_size=1,
    max_size=4,
)


@given(batches)
def test_batches_of_any_size_are_weighed_like_one(found):
    average = Average()

    for batch in found:
        average.update(values=batch)

    everything = np.concatenate([batch.ravel() for batch in found])
    expected = everything.astype(np.float64).mean()
    np.testing.assert_allclose(average.compute(), expected, rtol=1e-4, atol=1e-3)


def test_counters_are_metric_states():
    found = dict(state(Average()).flat_state())

    assert {path: type(leaf) for path, leaf in found.items()} == {
        ("count",): MetricState,
        ("total",): MetricState,
    }
    assert found["count",].get_value().dtype == jnp.int32
    assert found["total",].get_value().dtype == jnp.float32


def test_python_numbers_are_values():
    average = Average()

    average.update(values=2)
    average.update(values=5.0)

    assert float(average.compute()) == 3.5


def test_low_precision_is_summed_in_float32():
    average = Average()

    average.update(values=jnp.full(1000, 1.0, jnp.bfloat16))

    assert float(average.total.get_value()) == 1000.0


def test_nothing_measured_is_not_a_number():
    assert jnp.isnan(Average().compute())


def test_reset_forgets():
    average = Average()
    average.update(values=jnp.array([1.0]), mask=jnp.array([0.5]))

    average.reset()
    average.update(values=4.0)

    assert float(average.compute()) == 4.0
    assert average.count.get_value().dtype == jnp.int32


def test_other_arguments_are_ignored():
    average = Average("loss")

    average.update(loss=1.0, logits=None)

    assert float(average.compute()) == 1.0


def test_a_missing_argument_is_named_and_nothing_changes():
    average = Average("loss")

    with pytest.raises(MissingMetricArgumentError, match="'loss' and was given values"):
        average.update(values=1.0)

    assert int(average.count.get_value()) == 0


def test_updates_inside_jit_travel_out():
    @jit
    def step(average, x):
        average.update(values=x)

    average = Average()
    step(average, jnp.array([1.0, 2.0]))
    step(average, jnp.array([6.0, 7.0]))

    assert float(average.compute()) == 4.0


def test_reset_and_compute_work_inside_jit():
    @jit
    def once(average, x):
        average.reset()
        average.update(values=x)
        return average.compute()

    average = Average()
    average.update(values=100.0)

    assert float(once(average, jnp.array([1.0, 2.0]))) == 1.5
    assert float(average.compute()) == 1.5


def test_a_constant_shape_compiles_once():
    traces = []

    @jit
    def step(average, x):
        traces.append(jax.typeof(x))
        average.update(values=x)

    average = Average()
    for _ in range(3):
        step(average, jnp.ones(2))

    assert len(traces) == 1

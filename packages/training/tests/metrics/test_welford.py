import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ramie.training.errors import MissingMetricArgumentError
from ramie.training.metrics import Statistics, Welford

batches = st.lists(
    hnp.arrays(np.float32, st.integers(1, 6), elements=st.integers(-1000, 1000)),
    min_size=1,
    max_size=4,
)


@given(batches)
def test_batches_agree_with_numpy(found):
    welford = Welford()

    for batch in found:
        welford.update(values=batch)

    everything = np.concatenate(found).astype(np.float64)
    result = welford.compute()
    deviation = everything.std()
    error = deviation / np.sqrt(everything.size)
    close = {"rtol": 1e-4, "atol": 1e-2}
    np.testing.assert_allclose(result.mean, everything.mean(), **close)
    np.testing.assert_allclose(result.standard_deviation, deviation, **close)
    np.testing.assert_allclose(result.standard_error_of_mean, error, **close)


def test_a_mean_far_from_zero_costs_no_precision():
    values = np.float32(10_000) + np.arange(8, dtype=np.float32) / 8
    welford = Welford()

    for value in values:
        welford.update(values=value)

    expected = values.astype(np.float64).std()
    assert float(welford.compute().standard_deviation) == pytest.approx(
        expected, rel=0.01
    )


def test_masked_values_do_not_count():
    welford = Welford()

    welford.update(
        values=jnp.array([1.0, 50.0, 3.0]), mask=jnp.array([True, False, True])
    )
    welford.update(values=jnp.array([7.0]), mask=jnp.array([False]))

    assert float(welford.compute().mean) == 2.0
    assert float(welford.compute().standard_deviation) == 1.0


def test_nothing_measured_has_no_spread():
    result = Welford().compute()

    assert float(result.mean) == 0.0
    assert jnp.isnan(result.standard_deviation)
    assert jnp.isnan(result.standard_error_of_mean)


def test_reset_forgets():
    welford = Welford()
    welford.update(values=5.0)

    welford.reset()
    welford.update(values=jnp.array([1.0, 3.0]))

    assert float(welford.compute().mean) == 2.0


def test_a_missing_argument_is_named():
    with pytest.raises(MissingMetricArgumentError, match="'values'"):
        Welford().update(loss=1.0)


def test_statistics_are_a_pytree_with_replace():
    result = Statistics(jnp.ones(()), jnp.ones(()), jnp.ones(()))

    changed = jax.tree.map(lambda x: x + 1, result).replace(mean=jnp.zeros(()))

    assert float(changed.mean) == 0.0
    assert float(changed.standard_deviation) == 2.0

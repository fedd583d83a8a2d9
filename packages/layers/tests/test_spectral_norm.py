import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import graph
from ramie.layers import Conv, Linear, SpectralNorm
from ramie.layers.errors import (
    CountError,
    ModuleTypeError,
    NonMatrixError,
    NoVariableError,
)
from ramie.module import Rngs


def test_the_largest_singular_value_becomes_one_and_the_kernel_stays():
    inner = Linear(4, 5, use_bias=False, rngs=Rngs(0))
    before = inner.kernel.get_value()
    layer = SpectralNorm(inner, n_steps=50, rngs=Rngs(1))

    outputs = layer(jnp.eye(4))

    values = np.linalg.svd(np.asarray(before), compute_uv=False)
    np.testing.assert_allclose(outputs, before / values[0], rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(inner.kernel.get_value(), before)


def test_evaluation_changes_nothing_and_works_within_an_outer_gradient():
    layer = SpectralNorm(Linear(4, 5, rngs=Rngs(0)), rngs=Rngs(1))
    layer(jnp.ones((2, 4)))
    layer.eval()
    before = layer.batch_stats["kernel", "u"].get_value()

    jax.grad(lambda x: layer(x).sum())(jnp.ones((2, 4)))

    np.testing.assert_array_equal(layer.batch_stats["kernel", "u"].get_value(), before)


@pytest.mark.parametrize("at_call", [True, False])
def test_without_updates_a_call_divides_by_an_estimate_it_does_not_keep(at_call):
    inner = Linear(4, 5, use_bias=False, rngs=Rngs(0))
    layer = SpectralNorm(inner, update_stats=at_call, n_steps=50, rngs=Rngs(1))

    outputs = layer(jnp.eye(4), update_stats=False if at_call else None)

    largest = np.linalg.norm(np.asarray(outputs), ord=2)
    np.testing.assert_allclose(largest, 1, rtol=1e-4)
    assert layer.batch_stats["kernel", "sigma"].get_value() == 1


def test_what_does_not_fit_is_refused():
    with pytest.raises(ModuleTypeError, match="layer_instance"):
        SpectralNorm(lambda x: x, rngs=Rngs(0))
    with pytest.raises(CountError, match="n_steps"):
        SpectralNorm(Linear(2, 2, rngs=Rngs(0)), n_steps=0, rngs=Rngs(0))
    with pytest.raises(NonMatrixError, match="kernel has shape"):
        SpectralNorm(
            Conv(2, 2, 3, rngs=Rngs(0)), error_on_non_matrix=True, rngs=Rngs(0)
        )


def test_a_pure_copy_divides_as_well_but_keeps_no_estimates():
    layer = SpectralNorm(Linear(4, 5, rngs=Rngs(0)), rngs=Rngs(1))
    layer(jnp.ones((2, 4)))
    expected = layer(jnp.ones((2, 4)), update_stats=False)

    pure = graph.as_pure(layer)

    outputs = pure(jnp.ones((2, 4)), update_stats=False)
    np.testing.assert_array_equal(outputs, expected)
    with pytest.raises(NoVariableError, match="SpectralNorm: u must be a Variable"):
        pure(jnp.ones((2, 4)))

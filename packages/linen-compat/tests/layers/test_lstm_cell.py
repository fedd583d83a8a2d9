import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn
from ramie.layers import functional

X = jnp.asarray(np.random.default_rng(0).normal(size=(2, 3)).astype(np.float32))
CARRY = (jnp.ones((2, 4)), jnp.full((2, 4), 0.5))


@pytest.fixture(scope="module")
def variables():
    return nn.LSTMCell(4).init(jax.random.key(0), CARRY, X)


def test_a_step_is_that_of_the_formula(variables):
    (c, h), y = nn.LSTMCell(4).apply(variables, CARRY, X)
    params = variables["params"]
    gates = tuple(
        X @ params[f"i{g}"]["kernel"] + CARRY[1] @ params[f"h{g}"]["kernel"]
        for g in "ifgo"
    )
    expected = functional.lstm_step(CARRY[0], gates)
    np.testing.assert_allclose((c, h), expected, rtol=1e-5)
    np.testing.assert_array_equal(h, y)


def test_biases_are_those_of_the_carry(variables):
    params = variables["params"]
    assert set(params["ii"]) == {"kernel"}
    assert set(params["hi"]) == {"kernel", "bias"}


def test_the_optimized_cell_has_the_same_parameters_and_results(variables):
    cell = nn.OptimizedLSTMCell(4)
    made = cell.init(jax.random.key(0), CARRY, X)
    jax.tree.map(np.testing.assert_array_equal, made, variables)
    ours = cell.apply(variables, CARRY, X)
    theirs = nn.LSTMCell(4).apply(variables, CARRY, X)
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)

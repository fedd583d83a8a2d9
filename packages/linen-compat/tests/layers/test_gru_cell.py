import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn

KEY = jax.random.key(0)
X = jnp.ones((2, 3))
CARRY = jnp.full((2, 4), 0.5)
BIAS = {"bias", "kernel"}


@pytest.mark.parametrize(
    ("cell", "with_bias", "without"),
    [
        (nn.GRUCell(4), {"ir", "iz", "in", "hn"}, {"hr", "hz"}),
        (nn.MGUCell(4), {"if", "in", "hn"}, {"hf"}),
        (nn.MGUCell(4, reset_gate=False), {"if", "in"}, {"hf", "hn"}),
        (nn.SimpleCell(4), {"i"}, {"h"}),
    ],
    ids=["gru", "mgu", "mgu-no-reset", "simple"],
)
def test_cells_have_these_maps(cell, with_bias, without):
    (carry, y), variables = cell.init_with_output(KEY, CARRY, X)
    params = variables["params"]
    assert {name for name, p in params.items() if set(p) == BIAS} == with_bias
    assert {name for name, p in params.items() if set(p) == {"kernel"}} == without
    np.testing.assert_array_equal(carry, y)
    assert y.shape == (2, 4)


def test_the_gate_of_a_minimal_unit_begins_open():
    params = nn.MGUCell(4).init(KEY, CARRY, X)["params"]
    assert (params["if"]["bias"] == 1).all()
    assert not params["in"]["bias"].any()


def test_a_closed_gate_keeps_the_carry():
    cell = nn.GRUCell(4, gate_fn=jnp.ones_like)
    np.testing.assert_array_equal(cell.init_with_output(KEY, CARRY, X)[0][1], CARRY)


def test_a_simple_cell_may_add_its_carry():
    made = {"kernel_init": nn.initializers.zeros, "activation_fn": lambda x: x}
    made["recurrent_kernel_init"] = nn.initializers.zeros
    cell = nn.SimpleCell(4, residual=True, **made)
    np.testing.assert_array_equal(cell.init_with_output(KEY, CARRY, X)[0][1], CARRY)

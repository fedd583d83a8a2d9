import jax.numpy as jnp

from ramie.graph import state
from ramie.variables import BatchStat, Param, variables


def test_variables_are_found_as_state_finds_them():
    node = {"a": Param(jnp.ones(2)), "b": [BatchStat(jnp.zeros(1))]}

    assert variables(node) == state(node)
    assert list(variables(node, Param)) == ["a"]
    params, rest = variables(node, Param, ...)
    assert (list(params), list(rest)) == (["a"], ["b"])

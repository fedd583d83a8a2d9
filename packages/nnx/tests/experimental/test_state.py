import jax
import jax.numpy as jnp
import pytest

from ramie import graph
from ramie.experimental import nnx


@pytest.fixture
def state():
    return nnx.BatchNorm(2, rngs=nnx.Rngs(0)).get_state()


def test_a_state_is_a_mapping_with_attributes(state):
    assert state["mean"] is state.mean
    assert {"mean", "var", "scale", "bias"} == set(state)
    state["more"] = {"x": nnx.Param(jnp.ones(1))}

    assert isinstance(state.more, nnx.State)
    assert repr(nnx.State({})) == "State({})"


def test_what_is_made_of_a_state_is_one_too(state):
    params, stats = state.split(nnx.Param, nnx.BatchStat)

    made = [
        params,
        stats,
        state.filter(nnx.Param),
        params | stats,
        state - params,
        state.map(lambda _, leaf: leaf),
        jax.tree.map(lambda x: x + 1, state),
        nnx.State({"x": {"y": 1}})["x"],
        nnx.State.merge(graph.State({"a": 1}), {"b": 2}),
    ]

    assert {type(each) for each in made} == {nnx.State}
    assert set(state - params) == set(stats) == {"mean", "var"}
    assert (params | stats) == state


def test_jax_names_the_leaves_of_a_state(state):
    paths = [path for path, _ in jax.tree_util.tree_leaves_with_path(state)]

    assert jax.tree_util.keystr(paths[0]).startswith("['bias']")

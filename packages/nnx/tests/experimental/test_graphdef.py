import pickle

import jax
import jax.numpy as jnp
import pytest

from ramie import graph
from ramie.experimental import nnx
from ramie.experimental.nnx.errors import InnerGraphDefError
from ramie.graph.errors import GraphError, StateMismatchError


class Shared(nnx.Module):
    def __init__(self):
        rngs = nnx.Rngs(0)
        self.z = nnx.Linear(1, 2, rngs=rngs)
        self.a = self.z
        self.weight = nnx.Param(jnp.ones(1), note="kept", on_get_value=abs_of)
        self.again = self.weight


def abs_of(_, value):
    return abs(value)


@pytest.fixture
def shared():
    return Shared()


def test_a_shared_module_is_shown_where_its_path_in_the_state_is(shared):
    state, graphdef = shared.split()

    assert list(state) == ["a", "again"]
    assert graphdef.subgraphs["z"] == graphdef.subgraphs["a"].index == 1
    assert graphdef.variables["weight"] == graphdef.variables["again"].index


def test_a_variabledef_has_hooks_by_early_names_and_other_metadata(shared):
    again = shared.split()[-1].variables["again"]

    assert again.type is nnx.Param
    assert again.metadata["get_value_hooks"] == (abs_of,)
    assert again.metadata["set_value_hooks"] == ()
    assert again.metadata["note"] == "kept"
    assert "on_get_value" not in again.metadata


def test_early_names_of_hooks_make_variables():
    variable = nnx.Param(jnp.array(-1.0), get_value_hooks=abs_of)

    assert variable.value == 1.0


def test_equal_modules_have_equal_structures_with_one_hash(shared):
    _, graphdef = shared.split()
    _, same = Shared().split()
    inner, same_inner = graphdef.subgraphs["a"], same.subgraphs["a"]

    assert graphdef == same
    assert hash(graphdef) == hash(same)
    assert inner == same_inner
    assert hash(inner) == hash(same_inner)
    assert graphdef != inner
    assert graphdef != "text"


def test_a_structure_survives_a_pickle(shared):
    state, graphdef = nnx.Linear(1, 2, rngs=nnx.Rngs(0)).split()

    same = pickle.loads(pickle.dumps(graphdef))

    assert same == graphdef
    assert same.merge(state).kernel.shape == (1, 2)


def test_a_structure_passes_through_jax(shared):
    state, graphdef = jax.jit(lambda: nnx.Linear.init(1, 2, rngs=nnx.Rngs(0)))()

    assert isinstance(graphdef.merge(state), nnx.Linear)
    assert jax.tree.leaves(graphdef) == []


def test_merge_makes_variables_of_its_own(shared):
    state, graphdef = shared.split()

    module = graphdef.merge(state)
    module.weight.value = jnp.zeros(1)

    assert module.a is module.z
    assert module.again is module.weight
    assert state["again"].raw_value.tolist() == [1.0]


def test_merge_wants_each_leaf(shared):
    state, graphdef = shared.split()

    with pytest.raises(StateMismatchError, match="again"):
        nnx.merge(graphdef, nnx.State({"a": state["a"]}))


def test_an_inner_structure_is_not_merged(shared):
    state, graphdef = shared.split()

    with pytest.raises(InnerGraphDefError, match="Merge the GraphDef that split"):
        graphdef.subgraphs["a"].merge(state["a"])


def test_the_function_merge_takes_structures_of_today(shared):
    assert isinstance(nnx.merge(*graph.split(shared)), Shared)
    with pytest.raises(GraphError, match="graphdef first"):
        nnx.merge(*shared.split())


def test_arrays_have_a_name_and_no_definition():
    class Holder(nnx.Module):
        def __init__(self):
            self.array = jnp.ones(2)

    state, graphdef = Holder().split()

    assert graphdef.attributes == ("array",)
    assert (graphdef.variables, graphdef.subgraphs) == ({}, {})
    assert repr(state) == "State({\n  'array': Array([1., 1.], dtype=float32)\n})"

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import clone, graphdef, merge, split, state, to_pure_dict, update
from ramie.graph.errors import StateMismatchError, TraceLevelError
from ramie.graph.extend import is_cell
from ramie.graph.testing import check_cell, check_round_trip
from ramie.variables import BatchStat, Cache, Intermediate, Param, Variable


@pytest.mark.parametrize("cls", [Variable, Param, BatchStat, Cache, Intermediate])
def test_variables_keep_the_contract_of_cells(cls):
    check_cell(cls(jnp.ones(2), note="n"), jnp.zeros(2))


def test_a_pytree_as_value_keeps_it_too():
    check_cell(Variable({"a": jnp.ones(2)}), {"a": jnp.zeros(2)})


def test_a_subclass_is_a_cell():
    class Own(Param):
        pass

    assert is_cell(Own(1))
    assert type(clone(Own(1))) is Own


def test_a_graph_of_variables_survives_the_round_trip():
    shared = Param(jnp.ones(2), note="n")

    check_round_trip({"a": shared, "b": [shared, BatchStat(jnp.zeros(1))]})


def test_metadata_is_structure():
    assert graphdef(Param(1, a=1, b=2)) is graphdef(Param(1, b=2, a=1))
    assert graphdef(Param(1, a=1)) is not graphdef(Param(1, a=1.0))
    assert graphdef(Param(1)) is not graphdef(Variable(1))


def test_merging_contents_makes_variables_with_their_metadata():
    structure, leaves = split({"w": Param(jnp.ones(2), note="n")})

    back = merge(structure, to_pure_dict(leaves))

    assert type(back["w"]) is Param
    assert back["w"].note == "n"


def test_an_update_writes_the_variable_that_is_there():
    node = {"w": Param(jnp.ones(2), note="n")}
    w = node["w"]

    update(node, jax.tree.map(lambda x: x * 2, state(node)))

    assert node["w"] is w
    assert w.value.tolist() == [2.0, 2.0]


def test_an_update_that_does_not_fit_names_the_path():
    node = {"w": [Param(jnp.ones(2))]}

    with pytest.raises(StateMismatchError, match=r"shape at w/0: .*\(2,\).*\(3,\)"):
        update(node, {"w": {0: jnp.ones(3)}})

    assert node["w"][0].shape == (2,)


def test_a_write_from_another_trace_names_the_path():
    node = {"w": [Param(jnp.ones(()))]}

    @jax.jit
    def f(x):
        update(node, {"w": {0: x}})

    with pytest.raises(TraceLevelError, match=r"the Param at w/0 here"):
        f(jnp.zeros(()))


def test_tags_in_metadata_are_filters():
    node = {"a": Param(1, tag="slow"), "b": Param(2)}

    slow, rest = state(node, "slow", ...)

    assert (list(slow), list(rest)) == (["a"], ["b"])


def test_gradients_are_a_state_like_the_parameters():
    node = {"w": Param(jnp.array([1.0, 2.0])), "n": 3}
    structure, params = split(node)

    grads = jax.grad(lambda p: (merge(structure, p)["w"] ** 2).sum())(params)

    assert grads.w.value.tolist() == [2.0, 4.0]

import copy
import pickle

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import GraphState, State, merge, split, unpack, update
from ramie.graph.errors import GraphError, LoneLeafError

from .kinds import Box, Cell


def whole():
    return unpack({"b": jnp.ones(2), "a": {"x": jnp.zeros(1)}, "n": 3})


def test_it_is_a_mapping_of_its_state():
    state = whole()

    assert list(state) == ["a", "b"]
    assert len(state) == 2
    assert state["a"].x.shape == state.a["x"].shape == (1,)
    assert isinstance(state, GraphState)


def test_items_and_attributes_are_set_and_removed():
    state = whole()

    state["c"] = {"d": 1}
    state.e = 2
    del state["a"]
    del state.b

    assert list(state) == ["c", "e"]
    assert isinstance(state.c, State)


def test_what_is_missing_is_named():
    with pytest.raises(AttributeError, match=r"no 'zz'. It has: a, b"):
        whole().zz  # noqa: B018 (reading it is the point)
    assert not hasattr(whole(), "flat_state")


def test_it_is_a_pytree_with_the_keys_of_its_state():
    state = whole()

    paths = [path for path, _ in jax.tree_util.tree_flatten_with_path(state)[0]]
    doubled = jax.tree.map(lambda x: x * 2, state)

    assert [[key.key for key in path] for path in paths] == [["a", "x"], ["b"]]
    assert merge(doubled)["b"].tolist() == [2.0, 2.0]
    assert merge(doubled)["n"] == 3
    assert jax.tree.structure(doubled) == jax.tree.structure(state)


def test_the_structure_is_part_of_the_tree_structure():
    other = unpack({"b": jnp.ones(2), "a": {"x": jnp.zeros(1)}, "n": 4})

    assert jax.tree.structure(other) != jax.tree.structure(whole())


def test_it_goes_through_jit():
    @jax.jit
    def f(state):
        node = merge(state)
        node["b"] = node["b"] + node["n"]
        return unpack(node)

    assert f(whole()).b.tolist() == [4.0, 4.0]


def test_it_is_equal_to_one_with_equal_parts():
    root = {"a": Cell(1), "n": 3}

    assert unpack(root) == unpack(root)
    assert unpack(root) != unpack({"a": root["a"], "n": 4})
    assert unpack(root) != 3
    with pytest.raises(TypeError, match="unhashable"):
        hash(unpack(root))


@pytest.mark.parametrize(
    "travel", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_it_travels(travel):
    twin = travel(whole())

    assert merge(twin)["b"].tolist() == [1.0, 1.0]
    assert merge(twin)["n"] == 3


def test_it_shows_both_parts():
    text = repr(whole())

    assert text.startswith("GraphState(")
    assert "GraphDef(" in text
    assert "State({" in text


def test_merge_keeps_cells_and_takes_more_states():
    root = Box(a=Cell(1), b=Cell(2))
    first, second = unpack(root, lambda path, _: path == ("a",), ...)
    _, _, rest = split(root, lambda path, _: path == ("a",), ...)

    assert merge(first, second).b is root.b
    assert merge(first, rest).a is root.a
    assert merge(first, rest, copy=True).a is not root.a


def test_update_takes_one():
    root = {"b": jnp.zeros(2), "a": {"x": jnp.ones(1)}}

    update(root, whole())

    assert root["b"].tolist() == [1.0, 1.0]


def test_a_lone_cell_has_no_keys():
    with pytest.raises(LoneLeafError, match=r"a lone Cell without keys\. Use split"):
        unpack(Cell(1))


def test_a_state_alone_is_still_refused():
    with pytest.raises(GraphError, match=r"graphdef first, not a State"):
        merge(State())


def test_one_that_is_not_filled_yet_has_no_parts():
    assert not hasattr(GraphState.__new__(GraphState), "_state")

import copy
import pickle

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import State, from_flat_state
from ramie.graph.errors import NonExhaustiveFilterError

from .kinds import Cell


def sample():
    return State({"b": {"y": 1.0, "x": 2.0}, "a": 3.0})


def test_a_state_is_a_mapping():
    state = sample()

    state["c"] = 4.0
    del state["a"]

    assert list(state) == ["b", "c"]
    assert len(state) == 2
    assert "c" in state
    assert "a" not in state
    assert state.get("a", 9) == 9
    assert dict(state.b.items()) == {"y": 1.0, "x": 2.0}


def test_nested_mappings_become_states():
    state = sample()

    state["c"] = {"d": {"e": 1}}

    assert isinstance(state["b"], State)
    assert isinstance(state["c"]["d"], State)


def test_a_state_leaves_the_mapping_it_is_made_of_alone():
    mapping = {"a": {"b": 1}}

    state = State(mapping)
    state.a.b = 2

    assert mapping == {"a": {"b": 1}}


def test_pairs_make_a_state():
    assert State([("a", 1)]) == State({"a": 1})


def test_attributes_are_items():
    state = sample()

    state.a = 5.0
    state.new = {"z": 1.0}
    del state.b

    assert state.a == state["a"] == 5.0
    assert state.new.z == 1.0
    assert "b" not in state


def test_a_missing_attribute_names_those_that_exist():
    with pytest.raises(AttributeError, match=r"no 'kernel'. It has: b, a."):
        _ = sample().kernel
    with pytest.raises(AttributeError, match=r"It has: nothing."):
        _ = State().kernel


def test_a_missing_key_is_a_key_error():
    with pytest.raises(KeyError):
        sample()["kernel"]


def test_keys_have_one_order_whatever_their_types():
    state = State({"b": 1, 10: 2, "a": 3, 9: 4})

    assert state.flat_state().paths == ((9,), (10,), ("a",), ("b",))


def test_a_state_is_a_pytree_in_that_order():
    state = State({"b": 1, 10: 2, "a": {"z": 3}, 9: 4})

    leaves, treedef = jax.tree.flatten(state)

    assert leaves == [4, 2, 3, 1]
    assert jax.tree.unflatten(treedef, leaves) == state
    assert isinstance(jax.tree.map(lambda x: x, state)["a"], State)


def test_leaves_have_key_paths():
    state = State({"a": {0: 1.0}})

    ((path, leaf),) = jax.tree.leaves_with_path(state)

    assert jax.tree_util.keystr(path) == "['a'][0]"
    assert leaf == 1.0


def test_structure_ignores_the_order_of_insertion():
    one = jax.tree.structure(State({"a": 1, "b": 2}))
    other = jax.tree.structure(State({"b": 1, "a": 2}))

    assert one == other


def test_a_state_passes_through_jit():
    state = State({"a": jnp.ones(2), 0: {"b": jnp.zeros(2)}})

    doubled = jax.jit(lambda s: jax.tree.map(lambda x: x + x, s))(state)

    assert doubled.a.tolist() == [2.0, 2.0]
    assert list(doubled[0]) == ["b"]


def test_the_right_state_wins_a_union():
    union = sample() | State({"b": {"x": 7.0}, "c": 8.0})

    assert union == State({"a": 3.0, "b": {"x": 7.0, "y": 1.0}, "c": 8.0})


def test_a_union_with_nothing_is_the_state_itself():
    state = sample()

    assert state | State() is state


def test_a_difference_goes_by_path():
    left = sample() - State({"b": {"x": None}})

    assert left == State({"a": 3.0, "b": {"y": 1.0}})


def test_equality_goes_by_keys_and_leaves():
    assert sample() == sample()
    assert sample() != State({"a": 3.0})
    assert sample() != {"a": 3.0}


def test_a_state_is_not_hashable():
    with pytest.raises(TypeError, match=r"unhashable"):
        hash(sample())


@pytest.mark.parametrize(
    "travel",
    [copy.copy, copy.deepcopy, lambda state: pickle.loads(pickle.dumps(state))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_copy_has_a_nesting_of_its_own(travel):
    state = sample()

    twin = travel(state)
    twin.b.x = 0.0
    del twin["a"]

    assert state == sample()
    assert twin == State({"b": {"y": 1.0, "x": 0.0}})


def test_a_shallow_copy_keeps_the_leaves():
    cell = Cell(jnp.ones(2))

    assert copy.copy(State({"a": {"b": cell}})).a.b is cell


def test_flat_paths_and_nesting_are_inverse():
    state = State({"a": {0: {"x": 1}, 1: {"x": 2}}, "b": 3})

    assert State.from_flat_path(dict(state.flat_state())) == state
    assert from_flat_state(state.flat_state()) == state
    assert state.flat_state().to_nested_state() == state


def test_a_leaf_at_the_empty_path_is_its_own_state():
    cell = Cell(1)

    assert from_flat_state([((), cell)]) is cell


def test_paths_need_not_be_sorted_to_nest():
    pairs = [(("a", 1), 1), (("b",), 2), (("a", 0), 3)]

    assert from_flat_state(pairs) == State({"a": {0: 3, 1: 1}, "b": 2})


def test_map_sees_paths_and_leaves():
    seen = sample().map(lambda path, leaf: (path, leaf))

    assert seen.b.x == (("b", "x"), 2.0)


def test_filter_drops_what_no_filter_selects():
    state = State({"a": 1, "b": 2.0, "c": "c"})

    ints, floats = state.filter(int, float)

    assert (ints, floats) == (State({"a": 1}), State({"b": 2.0}))
    assert state.filter(int) == State({"a": 1})


def test_split_selects_everything():
    state = State({"a": 1, "b": 2.0})

    ints, rest = state.split(int, ...)

    assert (ints, rest) == (State({"a": 1}), State({"b": 2.0}))
    assert state.split(...) == state
    with pytest.raises(
        NonExhaustiveFilterError, match=r"these leaves .1.: b. Add a filter"
    ):
        state.split(int)


def test_merge_of_one_state_is_that_state():
    state = sample()

    assert State.merge(state) is state


def test_merge_takes_plain_mappings():
    assert State.merge({"a": {"b": 1}}, {"a": {"c": 2}}) == State(
        {"a": {"b": 1, "c": 2}}
    )


def test_pure_dicts_go_out_and_in():
    state = State({"a": {"b": Cell(jnp.ones(2))}})

    state.replace_by_pure_dict({"a": {"b": jnp.zeros(2)}})

    assert state.to_pure_dict()["a"]["b"].tolist() == [0.0, 0.0]
    assert state.to_pure_dict(extract_fn=type) == {"a": {"b": Cell}}


def test_repr_shows_the_nesting():
    assert repr(sample()).splitlines() == [
        "State({",
        "  'b': {'y': 1.0, 'x': 2.0},",
        "  'a': 3.0",
        "})",
    ]


def test_the_raw_mapping_is_the_storage():
    state = sample()

    assert state.raw_mapping["b"] is state.b

import pickle

import jax
import pytest

from ramie.graph import FlatState, State, to_flat_state
from ramie.graph.errors import NonExhaustiveFilterError

PAIRS = [(("b", 1), 1), (("b", 0), 2.0), (("a",), "c")]


def test_paths_are_sorted_on_request():
    assert FlatState(PAIRS, sort=True).paths == (("a",), ("b", 0), ("b", 1))
    assert FlatState(PAIRS, sort=False).paths == (("b", 1), ("b", 0), ("a",))


def test_ints_come_before_strings_anywhere_in_a_path():
    flat = FlatState([(("x", "a"), 0), (("x", 10), 1), (("x", 9), 2)], sort=True)

    assert flat.leaves == [2, 1, 0]


def test_a_flat_state_is_a_sequence_of_pairs():
    flat = FlatState(PAIRS, sort=True)

    assert len(flat) == 3
    assert flat[0] == (("a",), "c")
    assert list(flat[1:]) == [(("b", 0), 2.0), (("b", 1), 1)]
    assert list(flat)[-1] == (("b", 1), 1)
    assert (("a",), "c") in flat


def test_no_list_is_copied_that_is_in_order_already():
    leaves = [1, 2]

    flat = FlatState.from_sorted_keys_values((("a",), ("b",)), leaves)

    assert flat.leaves is leaves


def test_a_flat_state_is_a_pytree_with_its_paths_as_structure():
    flat = FlatState(PAIRS, sort=True)

    leaves, treedef = jax.tree.flatten(flat)
    back = jax.tree.unflatten(treedef, [0, 1, 2])

    assert leaves == ["c", 2.0, 1]
    assert back.paths == flat.paths
    assert back.leaves == [0, 1, 2]
    assert treedef != jax.tree.structure(flat[1:])


def test_leaves_have_key_paths():
    path, _ = jax.tree.leaves_with_path(FlatState([(("b", 0), 1)], sort=True))[0]

    assert jax.tree_util.keystr(path, simple=True) == "b/0"


def test_a_pickle_holds_the_same_pairs():
    flat = FlatState(PAIRS, sort=True)

    assert list(pickle.loads(pickle.dumps(flat))) == list(flat)


def test_filter_drops_and_split_refuses_what_is_left_over():
    flat = FlatState(PAIRS, sort=True)

    ints, floats = flat.filter(int, float)
    texts, rest = flat.split(str, ...)

    assert (ints.leaves, floats.leaves) == ([1], [2.0])
    assert (texts.leaves, rest.leaves) == (["c"], [2.0, 1])
    assert flat.filter(str).leaves == ["c"]
    with pytest.raises(NonExhaustiveFilterError, match=r"a, b/0"):
        flat.split(int)


def test_merge_sorts_and_lets_later_ones_win():
    one = FlatState([(("b",), 1), (("c",), 2)], sort=True)

    merged = FlatState.merge(one, [(("a",), 3), (("b",), 4)])

    assert list(merged) == [(("a",), 3), (("b",), 4), (("c",), 2)]


def test_nesting_and_flattening_are_inverse():
    flat = FlatState(PAIRS, sort=True)

    state = flat.to_nested_state()

    assert state == State({"a": "c", "b": {0: 2.0, 1: 1}})
    assert list(to_flat_state(state)) == list(flat)


def test_repr_shows_one_pair_a_line():
    assert repr(FlatState([(("a", 0), 1)], sort=True)).splitlines() == [
        "FlatState([",
        "  ('a', 0): 1",
        "])",
    ]

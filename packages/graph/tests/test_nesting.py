import pytest

from ramie.graph import State, from_flat_state, merge_state
from ramie.graph.errors import PathConflictError

from .kinds import Cell

CONFLICTS = [
    ([("a",), ("a", "b")], ("a",), ("a", "b")),
    ([("a", "b"), ("a",)], ("a",), ("a", "b")),
    ([("a", "b", "c"), ("a", "d"), ("a", "b")], ("a", "b"), ("a", "b", "c")),
    ([("a", "b"), ("a", "b", 0, "d")], ("a", "b"), ("a", "b", 0, "d")),
    ([(), ("a",)], (), ("a",)),
    ([("a", "b"), ()], (), ("a", "b")),
]


@pytest.mark.parametrize(("paths", "path", "below"), CONFLICTS)
def test_a_path_of_a_leaf_cannot_lead_to_others(paths, path, below):
    with pytest.raises(PathConflictError, match="one of them would be lost") as caught:
        from_flat_state([(path, Cell(path)) for path in paths])

    assert (caught.value.path, caught.value.below) == (path, below)


def test_states_that_conflict_are_not_merged():
    leaf, branch = State({"a": 1}), State({"a": {"b": 2}})

    for states in [(leaf, branch), (branch, leaf)]:
        with pytest.raises(PathConflictError, match=r"path a .* leads to a/b"):
            merge_state(*states)


def test_none_is_a_leaf_like_others():
    with pytest.raises(PathConflictError):
        from_flat_state([(("a",), None), (("a", "b"), 1)])


def test_the_last_leaf_at_a_path_wins():
    assert from_flat_state([(("a", "b"), 1), (("a", "b"), 2)]) == State({"a": {"b": 2}})
    assert from_flat_state([((), 1), ((), 2)]) == 2


def test_a_state_that_is_a_leaf_is_left_alone():
    leaf = State({"x": 1})

    with pytest.raises(PathConflictError):
        from_flat_state([(("a",), leaf), (("a", "y"), 2)])

    assert leaf == State({"x": 1})


def test_a_path_may_be_of_any_depth():
    path = ("a",) * 10_000

    assert from_flat_state([(path, 1)]).flat_state().paths == (path,)

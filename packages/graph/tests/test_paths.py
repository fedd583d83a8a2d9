import pytest

from ramie.graph import State, create_path_filters, restore_int_paths, split_state
from ramie.graph.errors import UnhashableLeafError


def test_ints_that_became_text_are_ints_again():
    stored = {"a": {"0": 1, "1": {"2": 3}}, "-1": 4, "b2": 5}

    assert restore_int_paths(stored) == {"a": {0: 1, 1: {2: 3}}, -1: 4, "b2": 5}
    assert list(stored["a"]) == ["0", "1"]


@pytest.mark.parametrize("key", ["01", " 3", "1_0", "+1", "²", "1.0", ""])
def test_text_that_no_int_is_spelled_like_stays_text(key):
    assert restore_int_paths({key: 1}) == {key: 1}


def test_no_value_is_lost_to_an_int_that_is_there_already():
    assert restore_int_paths({"0": 1, 0: 2}) == {"0": 1, 0: 2}


def test_states_are_read_too():
    restored = restore_int_paths(State({"a": {"0": 1}}))

    assert restored == {"a": {0: 1}}
    assert type(restored["a"]) is dict


def test_equal_values_have_one_filter():
    axes = State({"a": {"x": 1, "y": 0}, "b": 1})

    filters = create_path_filters(axes)
    ones, zeros = split_state(State({"a": {"x": "p", "y": "q"}, "b": "r"}), *filters)

    assert list(filters.values()) == [1, 0]
    assert ones == State({"a": {"x": "p"}, "b": "r"})
    assert zeros == State({"a": {"y": "q"}})


def test_an_empty_state_has_no_filters():
    assert create_path_filters(State()) == {}


def test_a_value_without_a_hash_is_named():
    with pytest.raises(UnhashableLeafError, match=r"the list at a/x: it has no hash"):
        create_path_filters(State({"a": {"x": [1]}}))

from ramie.graph import State, filter_state, map_state, merge_state, split_state
from ramie.graph.statelib import diff

STATE = State({"a": 1, "b": {"c": 2.0}})


def test_functions_do_what_the_methods_do():
    assert split_state(STATE, int, ...) == STATE.split(int, ...)
    assert filter_state(STATE, float) == STATE.filter(float)
    assert map_state(lambda path, leaf: (path, leaf), STATE).b.c == (("b", "c"), 2.0)


def test_parts_merge_to_the_whole():
    assert merge_state(*split_state(STATE, int, ...)) == STATE


def test_merge_makes_the_class_it_is_asked_for():
    class Special(State):
        pass

    assert type(merge_state(STATE, {"d": 1}, cls=Special)) is Special


def test_a_difference_has_the_paths_that_the_other_has_not():
    other = State({"a": 5, "z": 1})

    assert diff(STATE, other) == State({"b": {"c": 2.0}})
    assert diff(STATE, STATE) == State()

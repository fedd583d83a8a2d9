import copy

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import call, graphdef, merge, split
from ramie.graph.errors import StateMismatchError

from .kinds import Box, Cell, Special


class Counter(Box):
    def __call__(self, x, *, times=1):
        self.count.content = self.count.content + times
        return x * self.factor

    def grow(self):
        self.more = Cell(jnp.zeros(1))
        return self


def model():
    return Box(parts=[Counter(count=Cell(jnp.array(0)), factor=jnp.array(2.0))])


def test_a_call_returns_the_result_and_the_new_parts():
    counter = model().parts[0]

    result, (structure, state) = call(split(counter))(3.0, times=2)

    assert float(result) == 6.0
    assert structure is graphdef(counter)
    assert int(state.count.content) == 2


def test_attributes_and_items_lead_to_what_is_called():
    pair = split(model())

    result, pair = call(pair).parts[0](1.0)
    _, (_, state) = call(pair).parts[0](1.0)

    assert float(result) == 2.0
    assert int(state.parts[0].count.content) == 2


def test_a_call_may_change_the_structure():
    structure, state = split(model())

    _, (after, grown) = structure.apply(state).parts[0].grow()

    assert after is not structure
    assert list(grown.parts[0]) == ["count", "factor", "more"]


def test_apply_takes_several_states():
    counter = Counter(count=Cell(jnp.array(0)), factor=Special(jnp.array(2.0)))
    structure, special, rest = split(counter, Special, ...)

    _, (after, state) = structure.apply(special, rest).grow()

    assert list(state) == ["count", "factor", "more"]
    assert after is graphdef(merge(after, state))


def test_a_stand_in_is_used_again():
    counter = call(split(model().parts[0]))

    counter(1.0)
    _, (_, state) = counter(1.0)

    assert int(state.count.content) == 2


def contents(state):
    return state.map(lambda _, leaf: getattr(leaf, "content", leaf))


def test_a_call_runs_inside_jit():
    structure, state = split(model().parts[0])

    @jax.jit
    def step(state, x):
        result, (_, state) = structure.apply(state)(x)
        return result, contents(state)

    result, after = step(contents(state), 3.0)

    assert float(result) == 6.0
    assert int(after.count) == 1
    assert int(state.count.content) == 0


def test_a_state_that_does_not_fit_is_refused_by_the_call():
    structure, state = split(model())
    del state["parts"]

    with pytest.raises(StateMismatchError, match=r"missing \(2\)"):
        structure.apply(state).parts[0](1.0)


def test_what_is_not_there_is_missed_by_the_call():
    with pytest.raises(AttributeError, match="nothing_like_it"):
        call(split(model())).parts[0].nothing_like_it()


def test_special_names_are_not_of_the_graph():
    stand_in = call(split(model()))

    assert not hasattr(stand_in, "__array__")
    assert repr(stand_in) == "Caller(Box)"
    assert repr(copy.copy(stand_in)) == "Caller(Box)"

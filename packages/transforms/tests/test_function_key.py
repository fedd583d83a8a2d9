import dataclasses
import datetime
import enum
import functools
import itertools
from types import FunctionType
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import State
from ramie.transforms._function_key import (
    MOST_PARTS,
    Changeable,
    FunctionKeys,
    function_key,
)
from ramie.variables import Variable

FACTOR = 2
ARRAY = jnp.ones(2)
LIST = [1]
NOTHING = object()


def scale(factor):
    return lambda x: factor * x


def count_down(n):
    return n if n == 0 else count_down(n - 1)


def reads_a_constant(x):
    return FACTOR * x


def reads_an_array(x):
    return ARRAY * x


class Plain:
    def __init__(self, **attributes):
        vars(self).update(attributes)


class Slotted:
    __slots__ = ("n",)


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    n: int


class Pair(NamedTuple):
    a: int
    b: tuple[int, ...]


def calls_one_that_reads_an_array(x):
    return reads_an_array(x)


def calls_jax(x):
    return jnp.sin(x) + jax.nn.relu(x)


def later():
    def read():
        return value

    keys = function_key(read)
    value = 1
    return keys, value


@pytest.mark.parametrize(
    "make",
    [
        lambda: scale(2),
        lambda: functools.partial(scale(2), y=(1, "a")),
        lambda: reads_a_constant,
        lambda: count_down,
        lambda: calls_jax,
        lambda: jax.nn.relu,
        lambda: abs,
        lambda: lambda x, *, n=3: x * n,
        lambda: lambda x, n=LIST: (x, n),
    ],
)
def test_functions_that_trace_alike_have_one_key(make):
    assert function_key(make()) is not None
    assert function_key(make()) == function_key(make())


@pytest.mark.parametrize(
    ("fun", "captured"),
    [
        (reads_an_array, 1),
        (calls_one_that_reads_an_array, 1),
        (scale(jnp.ones(2)), 1),
        (scale(np.ones(2)), 1),
        (scale({"w": [jnp.ones(2), 1], "b": jnp.ones(2)}), 2),
        (scale(Variable(jnp.ones(2))), 1),
        (scale(State({"w": Variable(jnp.ones(2))})), 1),
        (Variable(jnp.ones(2)).get_metadata, 1),
        (functools.partial(scale(2), jnp.ones(2)), 1),
        (functools.partial(scale(ARRAY), y=ARRAY), 1),
        (scale(Plain(w=jnp.ones(2), n=1)), 1),
    ],
)
def test_arrays_and_objects_are_captured(fun, captured):
    found = FunctionKeys((fun,))

    assert len(found.captured) == captured
    assert id(fun) in found.reaching
    assert function_key(fun) is None


@pytest.mark.parametrize(
    "fun",
    [
        scale(iter([1])),
        scale({1, 2}),
        scale(itertools.count()),
        scale(frozenset({(1,)})),
        scale(Slotted()),
        scale(list(range(MOST_PARTS + 1))),
        functools.lru_cache(scale(2)),
    ],
)
def test_a_function_that_reaches_what_may_change_has_no_key(fun):
    assert function_key(fun) is None
    with pytest.raises(Changeable):
        FunctionKeys((fun,))


@pytest.mark.parametrize(
    "make",
    [
        lambda: [1, "a"],
        lambda: {"n": 1},
        lambda: Plain(n=1),
        lambda: Colour.RED,
        lambda: frozenset({"a", 1}),
        lambda: datetime.date(2000, 1, 1),
        lambda: Frozen(1),
        lambda: NOTHING,
        lambda: Pair(1, (2,)),
    ],
)
def test_what_has_equal_contents_has_one_key(make):
    assert function_key(scale(make())) == function_key(scale(make())) is not None
    assert function_key(scale(make())) != function_key(scale([make()]))


def test_a_list_that_changed_changes_the_key():
    changing = [1]
    before = function_key(scale(changing))
    changing.append(2)

    assert function_key(scale(changing)) != before


def test_the_same_array_twice_is_not_two_arrays():
    one, other = jnp.ones(2), jnp.ones(2)
    same, different = (FunctionKeys((scale([one, b]),)) for b in (one, other))

    assert (len(same.captured), len(different.captured)) == (1, 2)
    assert same.keys != different.keys


def test_what_is_met_again_reaches_what_it_did_before():
    reached = [ARRAY]
    twice = scale([reached, reached, LIST, LIST])

    found = FunctionKeys((twice,))

    assert id(reached) in found.reaching
    assert id(LIST) not in found.reaching


def test_functions_that_call_each_other_reach_what_either_does():
    def odd(n):
        return ARRAY if n == 0 else even(n - 1)

    def even(n):
        return odd(n - 1)

    found = FunctionKeys((even,))

    assert {id(even), id(odd)} <= found.reaching


def test_globals_of_other_files_count_as_constants():
    elsewhere = FunctionType(reads_an_array.__code__, {"ARRAY": ARRAY})

    assert function_key(scale(elsewhere)) is not None


def test_constants_that_are_equal_but_not_the_same_differ():
    keys = [function_key(scale(n)) for n in (1, 1.0, True, 0.0, -0.0, (1,), (1.0,))]

    assert len(set(keys)) == len(keys)


def test_a_changed_global_changes_the_key(monkeypatch):
    before = function_key(reads_a_constant)
    monkeypatch.setitem(globals(), "FACTOR", 3)

    assert function_key(reads_a_constant) != before


def test_a_name_without_a_value_yet_gives_no_key():
    assert later() == (None, 1)

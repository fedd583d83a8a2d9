import jax.numpy as jnp
import pytest

from ramie.graph import State
from ramie.module import Module
from ramie.transforms import DiffState
from ramie.transforms._crossing import Crossing
from ramie.transforms._nondiff import (
    by_position,
    left_out,
    nondiff_arguments,
    refuse_objects,
)
from ramie.transforms.errors import ArgumentOptionError, RuleArgumentError
from ramie.variables import BatchStat, Param

SOME = DiffState(-1, Param)


def fun(x, n, m=2):
    return x * n * m


def any_number(*xs):
    return xs


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((), {}),
        (1, {1: 1}),
        ((-1, 0), {2: -1, 0: 0}),
        (SOME, {2: SOME}),
        ([0, SOME], {0: 0, 2: SOME}),
    ],
)
def test_arguments_are_named_by_number(given, expected):
    assert nondiff_arguments(fun, given) == expected


def test_a_function_of_any_number_of_arguments_has_any():
    assert nondiff_arguments(any_number, (5,)) == {5: 5}


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (3, "has 3: the function takes 3 positional"),
        ((-4,), "has -4: the function takes 3"),
        (DiffState(3, Param), "has 3: the function takes 3"),
        ("n", "has 'n': it is no integer"),
        ((1.0,), r"has 1\.0: it is no integer"),
        ((1, 1), "has 1: it names an argument again"),
        ((2, -1), "has -1: it names an argument again"),
        ((2, SOME), r"has DiffState\(.*-1, .*\): it names"),
        ((SOME, DiffState(2, False)), r"has DiffState\(.*2, filter=False\): it names"),
    ],
)
def test_what_names_no_argument_is_refused(given, text):
    with pytest.raises(ArgumentOptionError, match=f"nondiff_argnums {text}"):
        nondiff_arguments(fun, given)


def test_arguments_come_by_position():
    assert by_position(fun, (1, 2), {}, 2) == (1, 2)
    assert by_position(fun, (1, 2), {}, 3) == (1, 2, 2)
    assert by_position(fun, (1,), {"n": 3}, 0) == (1, 3, 2)
    with pytest.raises(ArgumentOptionError, match="has 2: the call has 1 positional"):
        by_position(any_number, (1,), {}, 3)


def test_what_a_filter_does_not_select_is_left_out():
    crossing = Crossing((State({"w": Param(1.0), "mean": BatchStat(0.0)}),), {})

    assert left_out(crossing, {0: Param}) == {0}
    assert left_out(crossing, {}) == set()


def test_a_static_argument_holds_no_object():
    refuse_objects(0, [jnp.ones(2), "text"])
    with pytest.raises(RuleArgumentError, match=r"Argument 1 .* holds a Module"):
        refuse_objects(1, [Module()])

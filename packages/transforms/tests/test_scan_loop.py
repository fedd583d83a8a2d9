"""A scan outside of all transforms is compiled once for equal calls."""

import jax
import jax.numpy as jnp
import pytest

from ramie.module import Module
from ramie.transforms import Carry, StateAxes, scan
from ramie.transforms._axes import InputAxes
from ramie.transforms._crossing import Crossing
from ramie.transforms._mapped import Body
from ramie.transforms._scan_loop import Recipe, as_it_is
from ramie.variables import Param, Variable


class Cell(Module):
    def __init__(self):
        self.w = Param(jnp.ones(2))
        self.calls = Variable(jnp.zeros(()))


class Traces:
    """A class is a constant for the trace, so counting does not disturb it."""

    count = 0


@pytest.fixture(autouse=True)
def from_zero():
    Traces.count = 0


def step(cell, total, x):
    Traces.count += 1
    cell.calls.value += 1
    return total + cell.w.value * x, total


AXES = (None, Carry, 0)
X = jnp.arange(3.0)


def test_the_same_function_is_traced_once_for_equal_arguments():
    cell = Cell()
    scan(step, in_axes=AXES)(cell, jnp.zeros(2), X)
    traced = Traces.count

    for again in (cell, Cell()):
        last, before = scan(step, in_axes=AXES)(again, jnp.ones(2), X)

    assert Traces.count == traced
    assert last.tolist() == [4.0, 4.0]
    assert before.tolist() == [[1.0, 1.0], [1.0, 1.0], [2.0, 2.0]]
    assert cell.calls.value.item() == 6.0
    assert again.calls.value.item() == 3.0


@pytest.mark.parametrize(
    "changed",
    [
        {"reverse": True},
        {"unroll": True},
        {"in_axes": (StateAxes({Param: None, ...: Carry}), Carry, 0)},
    ],
)
def test_other_options_are_another_program(changed):
    options = {"in_axes": AXES, "unroll": 1}
    scan(step, **options)(Cell(), jnp.zeros(2), X)
    traced = Traces.count

    scan(step, **{**options, **changed})(Cell(), jnp.zeros(2), X)

    assert Traces.count > traced


def test_what_a_function_closes_over_may_change():
    cell = Cell()
    add = scan(lambda total, x: (total + cell.w.value * x, x))

    assert add(jnp.zeros(2), X)[0].tolist() == [3.0, 3.0]
    cell.w.value = 2 * cell.w.value
    assert add(jnp.zeros(2), X)[0].tolist() == [6.0, 6.0]


def test_a_number_that_all_calls_share_is_a_constant_of_the_program():
    def repeat(times, total, x):
        for _ in range(times):  # which no array could say
            total = total + x
        return total, None

    assert [
        scan(repeat, in_axes=AXES)(times, 0.0, X)[0].item() for times in (1, 2)
    ] == [3.0, 6.0]


def test_axes_in_a_list_are_as_good_as_in_a_tuple():
    last, _ = scan(step, in_axes=list(AXES))(Cell(), jnp.zeros(2), X)

    assert last.tolist() == [3.0, 3.0]


def test_a_recipe_is_equal_to_no_other_thing():
    body = Body(step, Crossing((), {}).entrance, InputAxes([0], [()]), (), 0)

    def recipe(**options):
        return Recipe(body, as_it_is, options, ())

    assert recipe(unroll=1) == recipe(unroll=1)
    assert hash(recipe(unroll=1)) == hash(recipe(unroll=1))
    assert recipe(unroll=1) != recipe(unroll=True)
    assert recipe(unroll=1) != 1
    assert not Recipe(body, as_it_is, {}, ([],)).is_hashable


def test_under_jit_it_belongs_to_the_program_around():
    jaxpr = jax.make_jaxpr(lambda x: scan(lambda t, x: (t + x, t))(0.0, x))(X)

    assert [eqn.primitive.name for eqn in jaxpr.eqns] == ["scan"]

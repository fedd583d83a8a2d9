"""All or nothing: what cannot be written is found out before the first write."""

import jax
import jax.numpy as jnp
import pytest

from ramie.graph.errors import TraceLevelError
from ramie.module import Module
from ramie.transforms import jit, value_and_grad
from ramie.variables import Param, Variable


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


def scalar(value, kind=Variable):
    return kind(jnp.asarray(value, jnp.float32))


def under_jit(change, box):
    jit(change)(box)


def under_grad(change, box):
    def loss(box):
        change(box)
        return box.w.value

    value_and_grad(loss)(box)


@pytest.mark.parametrize("run", [under_jit, under_grad])
@pytest.mark.parametrize(
    "change",
    [
        lambda box: setattr(box.b, "value", box.b + 1),
        lambda box: setattr(box, "n", 2),
        lambda box: setattr(box.b, "value", jnp.ones(5)),
        lambda box: box.items.append(3),
    ],
    ids=["value", "static", "shape", "append"],
)
def test_objects_of_an_outer_trace_are_refused_before_anything_is_written(run, change):
    box = Box(a=scalar(1), b=scalar(1), w=scalar(1, Param), n=1, items=[1])

    def outer(x):
        with pytest.raises(TraceLevelError, match="Cannot change the"):
            run(change, box)
        return x

    jax.jit(outer)(1.0)

    assert (box.a.value.item(), box.b.value.item(), box.n) == (1.0, 1.0, 1)
    assert box.items == [1]


@pytest.mark.parametrize("run", [under_jit, under_grad])
def test_a_refused_write_names_the_path(run):
    box = Box(inner=Box(v=scalar(1)), w=scalar(1, Param))

    def write(box):
        box.inner.v.value += 1

    def outer(x):
        with pytest.raises(TraceLevelError, match="Variable at inner/v here"):
            run(write, box)
        return x

    jax.jit(outer)(1.0)


def test_of_two_arguments_neither_is_written_if_one_cannot_be():
    theirs = Box(v=scalar(1))

    @jit
    def step(mine, theirs):
        mine.v.value += 1
        theirs.v.value += 1

    def outer(x):
        mine = Box(v=Variable(x))
        with pytest.raises(TraceLevelError):
            step(mine, theirs)
        return mine.v.value

    assert jax.jit(outer)(5.0).item() == 5.0
    assert theirs.v.value.item() == 1.0


def test_a_tuple_may_grow_while_a_variable_in_it_is_written():
    box = Box(t=(scalar(1), jnp.ones(2)))

    def step(box):
        box.t[0].value += 1
        box.t = (*box.t, box.t[1] * 2)

    jit(step)(box)

    assert box.t[0].value.item() == 2.0
    assert box.t[2].tolist() == [2.0, 2.0]


def test_a_property_setter_is_not_run_again_outside():
    calls = []

    class Doubled(Module):
        def __init__(self):
            self.v = scalar(1)
            self.stored = jnp.ones(())

        @property
        def half(self):
            return self.stored / 2

        @half.setter
        def half(self, value):
            calls.append(1)
            self.stored = value * 2

    box = Doubled()

    def step(box):
        box.half = box.v.value * 3
        box.extra = 1

    jit(step)(box)

    assert box.half.item() == 3.0
    assert len(calls) == 1

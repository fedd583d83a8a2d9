"""Objects that are shared, within one argument or by several, stay shared."""

import threading
from concurrent.futures import ThreadPoolExecutor

import jax.numpy as jnp
import pytest

from ramie.graph.extend import view_of
from ramie.module import Module
from ramie.transforms import jit
from ramie.transforms._layout import layout_of
from ramie.variables import Variable

THREADS = 4


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


def scalar(value):
    return Variable(jnp.asarray(value, jnp.float32))


def test_a_variable_shared_within_a_module_is_one():
    shared = scalar(1)
    box = Box(a=shared, b=Box(c=shared))

    @jit
    def step(box):
        assert box.a is box.b.c
        box.a.value = box.a.value + 1
        return box.b.c.value

    assert step(box).item() == 2.0
    assert box.b.c.value.item() == 2.0


def test_a_module_shared_by_two_arguments_is_one():
    shared = Box(v=scalar(0), array=jnp.zeros(1))

    @jit
    def step(first, second):
        assert first.inner is second.other
        first.inner.v.value += 1
        second.other.v.value += 10
        first.inner.array = second.other.array + 1

    step(Box(inner=shared), Box(other=shared))

    assert shared.v.value.item() == 11.0
    assert shared.array.tolist() == [1.0]


def test_the_same_module_may_be_passed_twice():
    @jit
    def step(first, second):
        same = first is second
        first.v.value += 1
        second.n = 5
        return jnp.asarray(same)

    box = Box(v=scalar(0))

    assert bool(step(box, box))
    assert (box.v.value.item(), box.n) == (1.0, 5)


def test_an_argument_may_be_a_part_of_another():
    @jit
    def step(part, whole):
        assert whole.part is part
        whole.part.v.value += 1
        part.added = Variable(part.v.value * 2)

    whole = Box(part=Box(v=scalar(0)))

    step(whole.part, whole)
    step(whole.part, whole)

    assert whole.part.v.value.item() == 2.0
    assert whole.part.added.value.item() == 4.0


def test_sharing_decides_which_program_runs():
    traces = []

    @jit
    def step(first, second):
        traces.append(first.v is second.v)
        first.v.value += 1
        return second.v.value

    alone, shared = Box(v=scalar(0)), scalar(0)

    assert step(alone, Box(v=scalar(0))).item() == 0.0
    assert step(Box(v=shared), Box(v=shared)).item() == 1.0
    assert step(Box(v=scalar(5)), alone).item() == 1.0
    assert traces == [False, True]


def test_arguments_that_begin_to_share_run_another_program():
    @jit
    def step(first, second):
        first.v.value += 1
        return second.v.value

    first, second = Box(v=scalar(0)), Box(v=scalar(0))

    before = step(first, second).item()
    second.v = first.v
    after = step(first, second).item()

    assert (before, after) == (0.0, 2.0)


def test_sharing_with_many_partners_is_kept_apart():
    @jit
    def step(first, second):
        first.v.value += second.v.value

    first = Box(v=scalar(0))
    partners = [Box(v=scalar(1)) for _ in range(70)]

    for _ in range(2):
        for partner in partners:
            step(first, partner)

    assert first.v.value.item() == 140.0


@pytest.mark.parametrize("length", [1, 2, 5])
def test_a_cycle_comes_back_as_a_cycle(length):
    boxes = [Box(v=scalar(n)) for n in range(length)]
    for box, after in zip(boxes, [*boxes[1:], boxes[0]], strict=True):
        box.next = after

    @jit
    def step(box):
        seen = box
        for _ in range(length):
            seen.v.value += 1
            seen = seen.next
        assert seen is box
        return seen

    assert step(boxes[0]) is boxes[0]
    assert [box.v.value.item() for box in boxes] == [n + 1 for n in range(length)]


def test_a_deep_chain_is_no_problem():
    box = Box(v=scalar(1))
    for _ in range(2000):
        box = Box(inner=box)

    @jit
    def step(box):
        while not hasattr(box, "v"):
            box = box.inner
        box.v.value += 1

    step(box)
    while not hasattr(box, "v"):
        box = box.inner

    assert box.v.value.item() == 2.0


@pytest.mark.usefixtures("restless_threads")
def test_equal_layouts_are_one_object_whichever_thread_made_them():
    start = threading.Barrier(THREADS)

    def layout(box):
        view = view_of(box)
        start.wait()
        return layout_of([box], [view])

    with ThreadPoolExecutor(THREADS) as pool:
        for kind in range(100):
            boxes = [Box(kind=kind, v=scalar(0)) for _ in range(THREADS)]
            assert len({id(made) for made in list(pool.map(layout, boxes))}) == 1

"""What is marked as data or static inside a transform is so outside of it."""

import jax
import jax.numpy as jnp
import pytest

from ramie.module import Dict, List, Module, data, static
from ramie.transforms import grad, jit, remat
from ramie.variables import Param


class Net(Module):
    def __init__(self):
        self.w = Param(jnp.ones(2))
        self.sizes = static((1, 2))
        self.rate = data(1.0)


def edit(net):
    net.sizes = data(jnp.ones(3))
    net.rate = static([2])
    net.kept = data(4.0)


def by_grad(net):
    grad(lambda net: (edit(net), net.w[...].sum())[1])(net)


@pytest.mark.parametrize("transformed", [jit(edit), remat(edit), by_grad])
def test_marks_leave_a_transform_with_their_values(transformed):
    inside, outside = Net(), Net()
    transformed(inside)
    edit(outside)

    inside.kept, inside.rate = 5.0, [3]  # what is assigned again is as it was marked

    assert jax.tree.map(float, inside.kept) == 5.0
    assert isinstance(inside.kept, jax.Array)
    assert type(inside.rate) is list
    leaves = [leaf.shape for leaf in jax.tree.leaves(inside)]
    assert leaves == [leaf.shape for leaf in jax.tree.leaves(outside)]


@pytest.mark.parametrize("cls", [Dict, List])
def test_marks_of_containers_leave_it_too(cls):
    box = cls()

    jit(lambda box: setattr(box, "shape", static([1])))(box)
    box.shape = [2]

    assert type(box.shape) is list
    assert jax.tree.leaves(box) == []


def test_a_mark_that_is_taken_back_inside_is_taken_back_outside():
    net = Net()

    @jit
    def unmark(net):
        del net.rate
        net.rate = 3

    unmark(net)

    assert net.rate == 3
    assert len(jax.tree.leaves(net)) == 1


def test_a_mark_alone_is_seen_by_the_next_call():
    net = Net()
    net.size = 3
    calls = []

    @jit
    def f(net):
        calls.append(1)
        return net.w[...]

    f(net)
    jit(lambda net: setattr(net, "size", static(net.size)))(net)
    f(net)
    f(net)

    assert len(calls) == 2


def test_unhashable_statics_of_different_calls_do_not_meet():
    def set_to(value):
        return jit(lambda net: setattr(net, "found", static(value)))

    nets = Net(), Net(), Net()
    for net, value in zip(nets, ([1], [2], {3}), strict=True):
        set_to(value)(net)

    assert [net.found for net in nets] == [[1], [2], {3}]

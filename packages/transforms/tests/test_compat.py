import inspect

import jax.numpy as jnp
import pytest

from ramie.graph import State, set_graph_mode, set_graph_updates
from ramie.module import Module
from ramie.transforms import compat
from ramie.variables import Param

NAMES = [name for name in vars(compat) if not name.startswith("_")]


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


@pytest.mark.parametrize("name", NAMES)
def test_every_transform_runs_in_graph_mode(name):
    parameters = inspect.signature(vars(compat)[name]).parameters

    assert parameters["graph"].default is True
    assert vars(compat)[name].__module__ == "ramie.transforms.compat"


def test_the_settings_do_not_matter():
    @compat.jit
    def step(box):
        box.new = 1
        return compat.grad(lambda box: box.a.value * box.b.value)(box)

    w = Param(jnp.float32(3))
    box = Box(a=w, b=w)

    with set_graph_mode(False), set_graph_updates(False):
        grads = step(box)

    assert isinstance(grads, State)
    assert grads.a.value.item() == 6.0
    assert box.new == 1


def test_decorators_with_options_stay_in_graph_mode():
    w = Param(jnp.float32(3))

    @compat.value_and_grad(has_aux=True)
    def loss(box):
        return box.a.value * box.b.value, "aux"

    with set_graph_mode(False):
        (value, aux), _ = loss(Box(a=w, b=w))

    assert (value.item(), aux) == (9.0, "aux")

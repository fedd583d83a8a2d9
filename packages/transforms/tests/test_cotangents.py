import jax.numpy as jnp
import pytest

from ramie.module import Module
from ramie.transforms._cotangents import Cotangents
from ramie.transforms._crossing import Crossing
from ramie.transforms._inputs import Inputs
from ramie.variables import Param


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


def cotangents_of(fun, *args, updates=True):
    """The outcome of a call stands for its own cotangents."""
    crossing = Crossing(args, {}, graph_updates=updates)
    outcome = crossing.pure(fun, crossing.contents, crossing.found.values)
    inputs = Inputs(crossing, "it")
    return Cotangents(inputs, updates, *outcome), inputs.entries


def write(box, x):
    box.w.value = box.w.value * x
    return {"x": x}


def test_values_stand_where_they_were_returned():
    cotangents, _ = cotangents_of(write, Box(w=Param(jnp.float32(3))), 2.0)

    assert cotangents.of_value() == {"x": 2.0}


def test_what_was_not_written_has_zero():
    box = Box(w=Param(jnp.float32(3)), v=Param(jnp.float32(4)), a=jnp.float32(5))
    cotangents, (entry, _) = cotangents_of(write, box, 2.0)

    box_g = cotangents.of_updates(entry)

    assert (box_g.w.value.item(), box_g.v.value.item()) == (6.0, 0.0)
    assert box_g.a.item() == 0.0


@pytest.mark.parametrize("updates", [True, False])
def test_returned_objects_stand_where_they_were_returned(updates):
    def both(box):
        box.w.value = box.w.value * 2
        return [Box(n=Param(box.w.value), a=box.w.value), box]

    cotangents, _ = cotangents_of(both, Box(w=Param(jnp.float32(3))), updates=updates)

    new, same = cotangents.of_value()

    assert (new.n.value.item(), new.a.item()) == (6.0, 6.0)
    assert dict(same) == {} if updates else same.w.value.item() == 6.0

"""What a transform remembers: programs, never models."""

import gc
import weakref

import jax.numpy as jnp
import pytest

from ramie.transforms import jit
from ramie.transforms._layout import Layout
from ramie.variables import Variable

from .every_transform import TRANSFORMS, Model, X


def fun(model, x):
    model.n.value = model.n.value + 1.0
    return model.w.value * x


@pytest.mark.parametrize("name", TRANSFORMS)
def test_a_dropped_model_is_freed(name):
    transformed = TRANSFORMS[name](fun)
    model = Model()
    out = transformed(model, X)
    freed = list(map(weakref.ref, (model, model.w, model.parts[0])))

    del model, out
    gc.collect()

    assert [reference() for reference in freed] == [None] * 3


def layouts():
    gc.collect()
    return sum(type(each) is Layout for each in gc.get_objects())


def test_many_models_of_one_structure_are_one_program():
    step = jit(fun)
    step(Model(), X)
    before = layouts()

    for _ in range(20):
        step(Model(), X)

    assert len(step.plans) == 1
    assert layouts() == before


def test_structures_are_forgotten_with_their_programs():
    step = jit(fun)
    before = layouts()
    for number in range(3):
        model = Model()
        setattr(model, f"extra{number}", Variable(jnp.zeros(())))
        step(model, X)
    del model
    assert layouts() >= before + 3

    step.clear_cache()

    assert layouts() == before

import jax
import jax.numpy as jnp
import pytest

from ramie.module import Pytree


class Box(Pytree):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


def test_repr_shows_attributes_one_a_line():
    assert repr(Box(n=3, inner=Box(name="x"))) == (
        "Box(\n  n=3,\n  inner=Box(\n    name='x'\n  )\n)"
    )


def test_repr_of_a_cycle_ends():
    box = Box(n=1)
    box.me = box
    box.all = [box]

    assert (
        repr(box) == "Box(\n  n=1,\n  me=Box(...),\n  all=List([\n    Box(...)\n  ])\n)"
    )


def test_repr_shows_a_shared_object_wherever_it_stands():
    shared = Box(n=1)

    text = repr(Box(first=shared, second=shared))

    assert text.count("n=1") == 2


def test_a_repr_that_fails_leaves_nothing_behind():
    class Broken:
        def __repr__(self):
            raise RuntimeError("no text")

    box = Box(part=Broken())
    with pytest.raises(RuntimeError):
        repr(box)

    box.part = 1

    assert repr(box) == "Box(\n  part=1\n)"


def test_arrays_that_are_traced_can_be_shown():
    texts = []

    jax.jit(lambda x: texts.append(repr(Box(a=x))))(jnp.ones(3))

    assert "float32[3]" in texts[0]

"""A warm call of a function with shardings does not work them out again."""

import jax
import jax.numpy as jnp
import pytest
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from ramie.graph import paranoid
from ramie.module import Module
from ramie.transforms import _placed, jit
from ramie.variables import Param, Variable


class Box(Module):
    def __init__(self):
        self.read = Param(jnp.ones(2))
        self.written = Variable(jnp.ones(2))


def add(box, x):
    box.written.value += box.read.value * x


@pytest.fixture
def everywhere():
    return NamedSharding(Mesh(jax.devices()[:1], "x"), PartitionSpec())


def test_shardings_are_worked_out_once(monkeypatch, everywhere):
    made = []

    class Counted(_placed.Shardings):
        def __init__(self, *args):
            made.append(args)
            super().__init__(*args)

    monkeypatch.setattr(_placed, "Shardings", Counted)
    step, box = jit(add, in_shardings=everywhere), Box()
    with paranoid(False):
        step(box, jnp.ones(2))
        before = len(made)

        for _ in range(2):
            step(box, jnp.ones(2))

    assert len(made) == before
    assert box.written.value.tolist() == [4.0, 4.0]


def test_what_was_written_since_is_moved_before_the_next_call(everywhere):
    step, box = jit(add, in_shardings=everywhere), Box()
    step(box, jnp.ones(2))

    box.read.value = jnp.full(2, 2.0)
    assert box.read.value.sharding != everywhere
    step(box, jnp.ones(2))

    assert box.read.value.sharding == everywhere
    assert box.written.value.tolist() == [4.0, 4.0]


def test_two_functions_place_what_they_share_each_in_its_own_way(everywhere):
    box, pair = Box(), Box()
    pair.read = box.read
    alone = jit(add, in_shardings=everywhere)
    both = jit(lambda a, b, x: add(a, x) or add(b, x), in_shardings=everywhere)

    for _ in range(2):
        alone(pair, jnp.ones(2))
        both(box, pair, jnp.ones(2))

    assert pair.written.value.tolist() == [5.0, 5.0]
    assert box.written.value.tolist() == [3.0, 3.0]

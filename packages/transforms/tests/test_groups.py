"""What a view remembers of the programs it was used with stays bounded."""

import jax.numpy as jnp

from ramie.module import Module
from ramie.transforms import jit
from ramie.variables import Variable


class Box(Module):
    def __init__(self):
        self.v = Variable(jnp.zeros(()))


def test_a_model_may_go_through_many_functions_and_back():
    def make(n):
        @jit
        def step(box):
            box.v.value += n

        return step

    box = Box()
    steps = [make(n) for n in range(70)]

    for step in [*steps, *steps]:
        step(box)

    assert box.v.value.item() == 2 * sum(range(70))

"""What a view remembers of the programs it was used with stays bounded.

And a program takes all contents as of one moment.
"""

import threading

import jax.numpy as jnp
import pytest

from ramie.graph import clone
from ramie.module import List, Module
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


@pytest.mark.usefixtures("restless_threads")
def test_calls_in_several_threads_take_all_of_what_another_wrote_or_nothing():
    class Many(Module):
        def __init__(self):
            self.all = List([Variable(jnp.zeros(())) for _ in range(100)])

    @jit
    def step(one, other):
        for v in [*one.all, *other.all]:
            v.value += 1

    def work():
        for _ in range(100):
            step(one, other)
            seen.append(len({float(v) for v in clone(one, arrays=False).all}))

    one, other = Many(), Many()
    seen = []
    step(one, other)
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({float(v.value) for v in [*one.all, *other.all]}) == 1
    assert set(seen) == {1}

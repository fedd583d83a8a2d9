import jax
import jax.numpy as jnp

from ramie.transforms._choice import Choice
from ramie.transforms._crossing import Crossing
from ramie.variables import Variable


def add(count, x):
    count.value += 1
    return x


def keep(count, x):
    return x


def test_outside_of_a_program_it_gives_jax_the_same_functions_each_time():
    asked = []

    def choose(which, *branches_and_arrays):
        *branches, contents, values = branches_and_arrays
        asked.append(branches)
        return jax.lax.cond(which, *branches, contents, values)

    crossing = Crossing((Variable(jnp.array(0)), 1.0), {})
    choice = Choice((add, keep), crossing.entrance, choose)

    def run(which):
        result, written = choice(which, crossing.contents, crossing.found.values)
        return result.values[0], written[0]

    once, again = (jax.vmap(run)(jnp.array([True, False])) for _ in range(2))

    assert asked[0] == asked[1]
    assert once[1].tolist() == again[1].tolist() == [1, 0]

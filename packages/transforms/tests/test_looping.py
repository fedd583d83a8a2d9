import jax
import jax.numpy as jnp
import numpy as np

from ramie.transforms import while_loop
from ramie.transforms._looping import Known
from ramie.variables import Variable


def test_bounds_are_equal_if_they_are_of_one_type():

    assert Known(3) == Known(3)
    assert hash(Known(3)) == hash(Known(3))
    assert Known(3) != Known(np.int32(3))
    assert Known(np.int32(3)) == Known(jnp.array(3, "int32"))


class Traces:
    """A class is a constant for the trace, so counting does not disturb it."""

    count = 0


def test_a_mapped_loop_is_found_again_by_jax():
    Traces.count = 0

    def grow(x):
        Traces.count += 1
        x.value *= 2
        return x

    @jax.vmap
    def run(x):
        return while_loop(lambda x: x.value < 8, grow, Variable(x)).value

    assert [run(jnp.array([1, 5])).tolist() for _ in range(2)] == [[8, 10], [8, 10]]
    assert Traces.count == 1

import tracemalloc

import jax.numpy as jnp
import numpy as np
import pytest

from ramie.variables import BatchStat, Param, Variable


def test_from_metadata_calls_no_init():
    class Loud(Variable):
        def __init__(self):
            raise AssertionError

    loud = Loud.from_metadata(1, {"note": "n"})

    assert (loud.value, loud.note) == (1, "n")


def test_the_value_of_another_variable_is_the_value():
    inner = Param(jnp.ones(2), note="n")

    v = BatchStat(inner)

    assert v.value is inner.value
    assert v.get_metadata() == {}


@pytest.mark.parametrize(
    "value", [3, 2.5, True, None, np.ones(2), {"a": jnp.ones(1)}, [jnp.ones(1)], ()]
)
def test_a_value_may_be_anything_jax_can_trace(value):
    assert Variable(value).value is value


def test_eager_sharding_is_metadata():
    assert Variable(1, eager_sharding=False).get_metadata() == {"eager_sharding": False}


def test_the_first_value_may_be_changed_by_a_subclass():
    class Doubled(Param):
        def create_value(self, value):
            return value * 2

    assert Doubled(2).value == 4
    assert Doubled(2).create_value(1) == 2
    assert Param(2).create_value(1) == 1


def test_many_variables_are_light():
    array = jnp.ones(3)
    Param(array)
    tracemalloc.start()

    kept = [Param(array, axes=("in", "out")) for _ in range(1000)]

    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size / len(kept) < 1024

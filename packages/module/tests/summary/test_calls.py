import jax
import jax.numpy as jnp

from ramie.module import CallInfo, Module, Rngs, RngStream, filter_rng_streams
from ramie.module.summary._calls import shapes_of
from ramie.variables import Param


def test_streams_get_no_row_by_default():
    def of(cls):
        return CallInfo(0, 0, cls, (), "", None, None, None)

    assert filter_rng_streams(of(Module))
    assert filter_rng_streams(of(Rngs))
    assert not filter_rng_streams(of(RngStream))


def test_shapes_stand_for_arrays_and_names_for_objects():
    tree = {"x": jnp.ones(2), "v": Param((jnp.ones(1), 2)), "m": Module(), "n": 3}

    assert shapes_of(tree) == {
        "x": jax.ShapeDtypeStruct((2,), jnp.float32),
        "v": (jax.ShapeDtypeStruct((1,), jnp.float32), 2),
        "m": "Module",
        "n": 3,
    }

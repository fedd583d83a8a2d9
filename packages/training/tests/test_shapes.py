import jax.numpy as jnp

from ramie.training._shapes import shape_of
from ramie.variables import Param


def test_shapes_of_arrays_and_numbers():
    assert shape_of(jnp.ones((2, 3))) == (2, 3)
    assert shape_of(1.0) == ()


def test_a_variable_has_the_shape_of_its_array():
    assert shape_of(Param(jnp.ones(2))) == (2,)


def test_a_tree_has_a_tree_of_shapes():
    assert shape_of(Param({"a": jnp.ones(2), "b": 1.0})) == {"a": (2,), "b": ()}


def test_nothing_has_no_shape():
    assert shape_of(None) is None

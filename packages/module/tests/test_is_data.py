from collections import namedtuple
from enum import Enum

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import merge, split
from ramie.module import Dict, List, Pytree, has_data, is_data, register_data_type
from ramie.variables import Param, Variable

Pair = namedtuple("Pair", "a b")


class Colour(Enum):
    RED = 1


@pytest.mark.parametrize(
    "value",
    [
        jnp.ones(1),
        np.ones(1),
        np.float32(1),
        jax.ShapeDtypeStruct((1,), jnp.float32),
        Param(1.0),
        Pytree(),
        List([1]),
        Dict(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_arrays_variables_and_objects_are_data(value):
    assert is_data(value)
    assert has_data(value) == [value]


def test_a_ref_is_data():
    assert is_data(jax.new_ref(jnp.ones(1)))


@pytest.mark.parametrize(
    "value",
    [1, 1.0, "a", None, jnp.tanh, [1], (1,), {"a": 1}],
    ids=lambda value: type(value).__name__,
)
def test_everything_else_is_not(value):
    assert not is_data(value)
    assert has_data(value) == []


def test_a_container_has_the_data_it_holds_but_is_none():
    array, param = jnp.ones(1), Param(1.0)

    for value in ([array, param], Pair(array, [param]), {Colour.RED: array, 1: param}):
        assert not is_data(value)
        assert list(map(id, has_data(value))) == [id(array), id(param)]


def test_a_foreign_pytree_has_the_data_it_holds():
    partial = jax.tree_util.Partial(jnp.add, jnp.ones(1))

    assert len(has_data(partial)) == 1


def test_a_list_that_holds_itself_is_searched_once():
    cyclic = [jnp.ones(1)]
    cyclic.append(cyclic)

    assert len(has_data(cyclic)) == 1


def test_a_registered_type_is_data_and_its_subclasses_are_not():
    @register_data_type
    class Sparse:
        pass

    class Sparser(Sparse):
        pass

    box = List([Sparse(), Sparser()])

    assert (is_data(box[0]), is_data(box[1])) == (True, False)
    assert jax.tree.leaves(box) == [box[0]]


def test_values_of_a_registered_type_are_state_and_not_structure():
    @register_data_type
    class Sparse:
        __hash__ = None  # as that of what is no part of a structure may be

    def make():
        return List([Sparse(), Variable(Sparse())])

    graphdef, state = split(make())

    assert graphdef == split(make())[0]
    assert type(state[0]) is Sparse
    assert merge(graphdef, state)[0] is state[0]
    assert "Sparse" in repr(make())

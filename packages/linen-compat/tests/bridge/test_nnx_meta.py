"""NNXMeta: Variables in boxes."""

import jax
import jax.numpy as jnp
import pytest

from ramie.linen import PARTITION_NAME, bridge
from ramie.linen.core import meta
from ramie.variables import Param


@pytest.fixture
def box():
    return bridge.NNXMeta(Param, jnp.ones((2, 3)), {"out_sharding": ("a", "b"), "n": 1})


def test_a_box_becomes_the_variable_it_came_from(box):
    variable = box.to_nnx_variable()

    assert type(variable) is Param
    assert variable.get_metadata() == {"out_sharding": ("a", "b"), "n": 1}


def test_the_name_of_an_axis_comes_and_goes(box):
    params = {PARTITION_NAME: "layers"}

    more = meta.add_axis({"w": box}, 1, params)["w"]

    assert more.get_partition_spec() == jax.P("a", "layers", "b")
    assert more.remove_axis(1, params).metadata == box.metadata


def test_an_axis_without_a_name_changes_nothing(box):
    assert box.add_axis(0, {}) is box


def test_a_box_goes_through_jit(box):
    doubled = jax.jit(lambda box: jax.tree.map(lambda x: 2 * x, box))(box)

    assert (meta.unbox(doubled) == 2).all()
    assert doubled.metadata == box.metadata


def test_a_box_takes_another_value(box):
    assert box.replace_boxed(3).unbox() == 3


def test_without_names_nothing_is_split():
    assert bridge.NNXMeta(Param, jnp.ones(2), {}).get_partition_spec() == jax.P()

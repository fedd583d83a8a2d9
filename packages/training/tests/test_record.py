import dataclasses
import pickle

import jax
import jax.numpy as jnp
import pytest

from ramie.training._record import Record, static_field


class Point(Record):
    x: jax.Array
    name: str = static_field(default="point")


class Named(Point):
    unit: str = static_field(default="m", metadata={"note": 1})
    y: float = dataclasses.field(default=0.0, metadata={"pytree_node": True})


def test_subclasses_have_the_fields_of_both():
    named = Named(jnp.ones(2), "here", y=3.0)

    leaves = jax.tree.leaves(named)

    assert [leaf for leaf in leaves if leaf is not named.x] == [3.0]
    assert len(leaves) == 2
    assert Named.__dataclass_fields__["unit"].metadata["note"] == 1


def test_static_fields_are_part_of_the_structure():
    first, second = Point(1.0, "a"), Point(1.0, "b")

    assert jax.tree.structure(first) != jax.tree.structure(second)


def test_paths_name_the_fields():
    ((path, _),) = jax.tree_util.tree_leaves_with_path(Point(1.0))

    assert jax.tree_util.keystr(path) == ".x"


def test_it_cannot_be_changed_but_replaced():
    point = Point(1.0)

    with pytest.raises(dataclasses.FrozenInstanceError):
        point.x = 2.0
    assert point.replace(x=2.0) == Point(2.0)


def test_static_functions_made_in_functions_can_be_pickled():
    def make(by):
        def scale(x):
            return by * x

        return scale

    twin = pickle.loads(pickle.dumps(Point(1.0, make(3))))

    assert twin.name(2) == 6
    assert twin.x == 1.0

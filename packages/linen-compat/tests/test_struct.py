import copy
import dataclasses
import pickle
from typing import Any, Generic, TypeVar

import jax
import pytest

from ramie.linen import serialization, struct

T = TypeVar("T")


@struct.dataclass
class Model:
    params: Any
    name: str = struct.field(pytree_node=False, default="net")


class Node(struct.PyTreeNode):
    x: Any

    def double(self):
        return 2 * self.x


class Child(Node):
    y: Any = 3


def test_data_is_traced_and_settings_are_structure():
    model = Model({"w": 1})

    assert jax.tree.map(lambda x: x + 1, model) == Model({"w": 2})
    assert jax.tree.structure(model) != jax.tree.structure(Model({"w": 1}, "other"))
    paths = [jax.tree_util.keystr(p) for p, _ in jax.tree.leaves_with_path(model)]
    assert paths == [".params['w']"]


def test_instances_are_replaced_and_not_changed():
    model = Model(1)

    assert model.replace(params=2) == Model(2)
    with pytest.raises(dataclasses.FrozenInstanceError):
        model.params = 3
    with pytest.raises(TypeError, match="other"):
        model.replace(other=3)


def test_a_subclass_of_a_node_is_one_too():
    assert Child(1).replace(y=5) == Child(1, 5)
    assert Child(2).double() == 4
    assert jax.tree.leaves(Child(1, 2)) == [1, 2]


def test_settings_of_the_dataclass_can_be_given():
    @struct.dataclass(kw_only=True)
    class Keywords:
        x: int

    @struct.dataclass(frozen=False)
    class Mutable:
        x: int

    class NodeWithKeywords(struct.PyTreeNode, kw_only=True):
        x: int = 1
        y: int

    mutable = Mutable(1)
    mutable.x = 2
    assert mutable.x == 2
    assert NodeWithKeywords(y=2).y == 2
    with pytest.raises(TypeError):
        Keywords(1)


def test_decorating_twice_changes_nothing():
    assert struct.dataclass(Model) is Model


def test_generic_nodes_can_be_given_types():
    class Box(struct.PyTreeNode, Generic[T]):
        held: T

    assert jax.tree.leaves(Box[int](3)) == [3]


def test_the_base_class_has_no_instances():
    with pytest.raises(NotImplementedError, match="subclass"):
        struct.PyTreeNode()
    with pytest.raises(NotImplementedError):
        struct.PyTreeNode.replace(Node(1), x=2)


def test_state_dicts_have_the_data():
    state = serialization.to_state_dict(Model({"w": 1}, "other"))

    assert state == {"params": {"w": 1}}
    assert serialization.from_state_dict(Model({"w": 0}, "mine"), state) == Model(
        {"w": 1}, "mine"
    )


def test_metadata_of_a_field_is_kept():
    field = struct.field(pytree_node=False, metadata={"doc": "a name"})

    assert dict(field.metadata) == {"doc": "a name", "pytree_node": False}


def test_instances_are_copied_and_pickled():
    model = Model({"w": 1})

    assert copy.deepcopy(model) == pickle.loads(pickle.dumps(model)) == model

from collections import namedtuple
from typing import Any

import jax
import pytest

from ramie import linen as nn
from ramie.linen import struct
from ramie.linen.errors import (
    AssignSubModuleError,
    CallSetupUnboundModuleError,
    SetAttributeFrozenModuleError,
    SetAttributeInModuleSetupError,
)

from .example_modules import KEY, Chain, Dense, Two, X, names

Pair = namedtuple("Pair", "left right")


@struct.dataclass
class Node:
    layer: Any


@jax.tree_util.register_pytree_node_class
class Custom:
    def __init__(self, layer):
        self.layer = layer

    def tree_flatten(self):
        return (self.layer,), None

    @classmethod
    def tree_unflatten(cls, _, children):
        return cls(*children)


class Holder(nn.Module):
    held: Any
    use: Any = lambda held, x: held(x)

    def __call__(self, x):
        return self.use(self.held, x)


class Assigned(nn.Module):
    make: Any
    use: Any

    def setup(self):
        self.held = self.make()

    def __call__(self, x):
        return self.use(self.held, x)


CONTAINERS = {
    "module": (Dense, lambda h: h, "held"),
    "list": (lambda: [Dense()], lambda h: h[0], "held_0"),
    "nested": (lambda: {"a": (1, [Dense()])}, lambda h: h["a"][1][0], "held_a_1_0"),
    "int key": (lambda: {3: Dense(), "b": 1}, lambda h: h[3], "held_3"),
    "named tuple": (lambda: Pair(None, Dense()), lambda h: h.right, "held_right"),
    "struct": (lambda: Node(Dense()), lambda h: h.layer, "held_layer"),
    "pytree": (lambda: Custom(Dense()), lambda h: h.layer, "held_0"),
}


@pytest.mark.parametrize("kind", CONTAINERS)
def test_modules_in_fields_and_attributes_are_named_by_their_place(kind):
    make, get, name = CONTAINERS[kind]

    def use(held, x):
        return get(held)(x)

    assert names(Holder(make(), use).init(KEY, X)) == [name]
    assert names(Assigned(make, use).init(KEY, X)) == [name]


def test_containers_come_immutable_in_a_bound_module():
    class Contents(nn.Module):
        field: Any

        def setup(self):
            self.attribute = {"a": [1]}

        def __call__(self):
            return self.field, self.attribute

    field, attribute = Contents([1, {"b": 2}]).apply({})

    assert field == (1, nn.FrozenDict({"b": 2}))
    assert attribute == nn.FrozenDict({"a": (1,)})
    assert Contents([1]).field == [1]


def test_a_module_that_is_held_twice_is_one():
    dense, other = Dense(3), Dense(3)

    assert names(Chain([dense, dense]).init(KEY, X)) == ["layers_0"]
    assert names(Chain([dense, other]).init(KEY, X)) == ["layers_0", "layers_1"]
    assert dense.scope is None
    assert dense.name is None


def test_the_first_that_holds_a_shared_module_owns_it():
    dense = Dense(3)

    class Both(nn.Module):
        a: Any
        b: Any

        def __call__(self, x):
            return self.b(self.a(x))

    inside = Both(Chain([dense]), dense).init(KEY, X)["params"]
    beside = Both(dense, Chain([dense])).init(KEY, X)["params"]

    assert list(inside) == list(beside) == ["a"]
    assert list(inside["a"]) == ["layers_0"]
    assert sorted(beside["a"]) == ["bias", "kernel"]


def test_a_module_made_in_setup_belongs_to_who_gets_it():
    class Inner(nn.Module):
        def setup(self):
            self.mine = Dense(3)
            self.chain = Chain([self.mine, Dense(3)])
            self.again = self.mine
            self.copied = self.mine.clone()

        def __call__(self, x):
            return self.copied(self.again(self.chain(x)))

    params = Inner().init(KEY, X)["params"]

    assert sorted(params) == ["chain", "copied", "mine"]
    assert list(params["chain"]) == ["layers_1"]


def test_a_module_from_nowhere_is_copied_once():
    elsewhere = Dense(3)

    class Inner(nn.Module):
        def setup(self):
            self.a = elsewhere
            self.b = elsewhere

        def __call__(self, x):
            return self.b(self.a(x))

    assert names(Inner().init(KEY, X)) == ["a"]
    assert elsewhere.scope is None


def test_setup_runs_when_something_of_it_is_needed():
    ran = []

    class Late(nn.Module):
        def setup(self):
            ran.append(1)
            self.value = 3

        def __call__(self):
            return self.value, self.value

    bound = Late().bind({})
    assert not hasattr(bound, "__jax_array__")
    assert ran == []

    assert bound.value == 3
    assert bound() == (3, 3)
    assert ran == [1]
    assert names(Two().init(KEY, method="setup")) == []


def test_setup_that_fails_says_why_each_time():
    class Fails(nn.Module):
        def setup(self):
            raise ZeroDivisionError

    bound = Fails().bind({})
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            _ = bound.value


def test_a_missing_attribute_says_when_it_would_be_there():
    with pytest.raises(AttributeError, match=r"'first'.*bind\(variables\).first"):
        _ = Two().first
    with pytest.raises(AttributeError, match=r"no attribute 'second'\.$"):
        _ = Two().bind({}).second


def test_setup_is_called_by_others_only():
    with pytest.raises(CallSetupUnboundModuleError, match="Two cannot run"):
        Two().setup()


def test_a_bound_module_is_frozen_after_setup():
    class Writes(nn.Module):
        @nn.compact
        def __call__(self):
            self.value = 3

    with pytest.raises(SetAttributeFrozenModuleError, match=r"Writes\.value"):
        Writes().init(KEY)
    with pytest.raises(SetAttributeFrozenModuleError, match="module is frozen"):
        Two().bind({}).value = 3

    module = Dense()
    module.features = 5
    assert module.features == 5


@pytest.mark.parametrize("name", ["features", "name", "parent"])
def test_setup_does_not_write_fields(name):
    class Writes(nn.Module):
        features: int = 1

        def setup(self):
            setattr(self, name, Dense())

        def __call__(self):
            pass

    with pytest.raises(SetAttributeInModuleSetupError, match=f"Writes.{name} is a f"):
        Writes().init(KEY)


def test_submodules_are_made_where_they_get_names():
    class Makes(nn.Module):
        def setup(self):
            self.ready = True

        def __call__(self, x):
            return Dense()(x)

    with pytest.raises(AssignSubModuleError, match="A Dense is made in Makes"):
        Makes().init(KEY, X)

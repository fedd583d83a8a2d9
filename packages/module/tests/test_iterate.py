import jax.numpy as jnp
import pytest

from ramie.graph.errors import SharedInTreeError, UnknownNodeError
from ramie.module import (
    Module,
    Pytree,
    iter_children,
    iter_module_children,
    iter_modules,
)
from ramie.variables import Param


class Net(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


def paths(root):
    return [path for path, _ in iter_modules(root)]


def test_children_come_before_their_parents_in_path_order():
    net = Net(b=Net(inner=Net()), a=[Net(), Net()])

    assert paths(net) == [("a", 0), ("a", 1), ("a",), ("b", "inner"), ("b",), ()]


def test_a_shared_module_comes_once_by_its_first_path():
    shared = Net()

    assert paths(Net(b=shared, a=shared)) == [("a",), ()]


def test_a_cycle_ends():
    net = Net()
    net.child = Net(parent=net)

    assert paths(net) == [("child",), ()]


def test_what_is_not_a_module_is_passed_through():
    net = Net(pytree=Pytree(), w=Param(jnp.ones(1)), t=({"a": Net()},))

    assert paths(net) == [("t", 0, "a"), ()]


def test_a_plain_container_of_modules_is_iterated_too():
    net = Net()

    assert list(iter_modules({"a": [net]})) == [(("a", 0), net)]


def test_what_holds_no_modules_is_refused():
    with pytest.raises(UnknownNodeError, match="Cannot walk a int"):
        list(iter_modules(3))


def test_a_chain_of_thousands_is_no_deeper_than_one():
    net = Net()
    for _ in range(3000):
        net = Net(inner=net)

    assert sum(1 for _ in iter_modules(net)) == 3001


def test_children_are_the_objects_directly_below():
    net = Net(a=Net(inner=Net()), n=(3, 3), w=Param(jnp.ones(1)), layers=[Net()])

    assert [key for key, _ in iter_children(net)] == ["a", "layers", "w"]
    assert list(iter_module_children(net)) == [("a", net.a), ("layers", net.layers)]


def test_tree_mode_visits_a_tree_and_refuses_a_shared_variable():
    w = Param(jnp.ones(1))
    tree, shared = Net(a=Net(w=w)), Net(a=Net(w=w), b=Net(w=w))

    assert [path for path, _ in iter_modules(tree, graph=False)] == [("a",), ()]
    with pytest.raises(SharedInTreeError, match="iter_modules"):
        list(iter_modules(shared, graph=False))


def test_module_children_are_the_modules_among_the_children():
    inner = Module()
    node = {"a": inner, "b": [Module()], "n": 3}

    assert list(iter_module_children(node)) == [("a", inner)]
    assert list(iter_module_children(node, graph=False)) == [("a", inner)]

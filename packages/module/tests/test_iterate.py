import jax.numpy as jnp
import pytest

from ramie.graph.errors import UnknownNodeError
from ramie.module import Module, Pytree, iter_children, iter_modules
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


def test_children_are_the_nodes_directly_below():
    net = Net(a=Net(inner=Net()), n=3, w=Param(jnp.ones(1)), layers=[Net()])

    assert list(iter_children(net)) == [("a", net.a), ("layers", net.layers)]

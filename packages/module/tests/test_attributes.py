import jax
import pytest

from ramie.graph.errors import SharedInTreeError
from ramie.module import Module
from ramie.module._attributes import set_found
from ramie.module.errors import AttributesNotFoundError
from ramie.variables import Param


class Net(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


def test_attributes_are_set_below_any_container():
    nets = [Net(rate=1), {"b": Net(rate=1)}, Net()]

    set_found(nets, ..., {"rate": 2}, raise_if_not_found=True, graph=None)

    assert (nets[0].rate, nets[1]["b"].rate) == (2, 2)
    assert not hasattr(nets[2], "rate")


def test_only_selected_modules_are_asked():
    nets = [Net(rate=1), Net(rate=1)]

    set_found(
        nets,
        lambda path, _: path == (1,),
        {"rate": 2},
        raise_if_not_found=True,
        graph=None,
    )

    assert [net.rate for net in nets] == [1, 2]


def test_what_is_found_nowhere_is_refused_before_anything_is_set():
    net = Net(rate=1)

    with pytest.raises(AttributesNotFoundError, match=r"'a', 'b'"):
        set_found(
            net,
            ...,
            {"rate": 2, "b": 0, "a": 0},
            raise_if_not_found=True,
            graph=None,
        )

    assert net.rate == 1


def test_what_is_found_nowhere_can_be_let_through():
    net = Net(rate=1)

    set_found(net, ..., {"rate": 2, "b": 0}, raise_if_not_found=False, graph=None)

    assert vars(net) == {"rate": 2}


def test_tree_mode_refuses_a_shared_variable_before_anything_is_set():
    w = Param(1.0)
    net = Net(a=w, b=w, rate=1)

    with pytest.raises(SharedInTreeError):
        set_found(net, ..., {"rate": 2}, raise_if_not_found=True, graph=False)

    assert net.rate == 1


def test_a_module_that_has_the_value_already_is_left_alone():
    net = Net(rate=1)

    def inside(x):
        set_found(net, ..., {"rate": 1}, raise_if_not_found=True, graph=None)
        return x

    # It belongs to another trace, so that setting anything would be refused.
    assert jax.jit(inside)(2.0).item() == 2.0

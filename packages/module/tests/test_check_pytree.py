import jax.numpy as jnp
import pytest

from ramie.module import List, Module, check_pytree, data, static
from ramie.module.errors import NotAPytreeError, NotDataError, StaticDataError
from ramie.variables import Param


class Net(Module):
    def __init__(self):
        self.weight, self.sizes = Param(jnp.ones(1)), static([1])
        self.rate, self.layers = data(1.0), [1, (2, Param(1.0))]


def test_what_was_assigned_is_right():
    check_pytree(List([Net()]))


def test_data_that_got_into_a_static_attribute_is_found_with_its_path():
    root = List([Net()])
    root[0].sizes.append({"x": jnp.ones(1)})

    with pytest.raises(StaticDataError, match=r"List\.0\.sizes .*Array \(at 1/x\)"):
        check_pytree(root)


def test_a_value_that_is_no_data_is_found_in_an_attribute_that_is():
    net = Net()
    vars(net)["rate"] = "fast"

    with pytest.raises(NotDataError, match=r"Net\.rate"):
        check_pytree(net)


def test_only_a_pytree_can_be_checked():
    with pytest.raises(NotAPytreeError, match="got a dict"):
        check_pytree({})

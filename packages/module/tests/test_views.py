import jax
import jax.numpy as jnp
import pytest

from ramie.graph import graphdef
from ramie.graph.errors import SharedInTreeError, UnknownNodeError
from ramie.module import Module, view, with_attributes
from ramie.module.errors import AttributesNotFoundError, ViewArgumentsError
from ramie.variables import Param


class Dropout(Module):
    def __init__(self):
        self.deterministic = False
        self.rate = 0.5

    def set_view(self, deterministic=None):
        if deterministic is not None:
            self.deterministic = deterministic


class Norm(Module):
    def __init__(self):
        self.use_running_average = False
        self.scale = Param(jnp.ones(2))
        self.table = jnp.arange(3)

    def set_view(self, use_running_average=None, **others):
        if use_running_average is not None:
            self.use_running_average = use_running_average
        return others


class Net(Module):
    def __init__(self):
        self.dropout = Dropout()
        self.layers = [Norm(), {"deep": Dropout()}]
        self.again = self.layers[0]

    def modes(self):
        return (
            self.dropout.deterministic,
            self.layers[0].use_running_average,
            self.layers[1]["deep"].deterministic,
        )


either = pytest.mark.parametrize("make", [view, with_attributes])


@either
def test_the_new_nodes_have_the_mode_and_the_old_ones_keep_theirs(make):
    net = Net()
    before = graphdef(net)

    new = make(net, deterministic=True, use_running_average=True)

    assert new.modes() == (True, True, True)
    assert net.modes() == (False, False, False)
    assert graphdef(net) is before


@either
def test_variables_and_arrays_are_those_of_the_old_nodes(make):
    net = Net()

    new = make(net, deterministic=True)
    new.layers[0].scale[...] = jnp.zeros(2)

    assert new.layers[0] is not net.layers[0]
    assert new.layers[0].scale is net.layers[0].scale
    assert new.layers[0].table is net.layers[0].table
    assert net.layers[0].scale[...].tolist() == [0.0, 0.0]


@either
def test_sharing_and_cycles_stay(make):
    net = Net()
    net.me = net

    new = make(net, deterministic=True)

    assert new.me is new
    assert new.again is new.layers[0]


@either
def test_a_filter_selects_nodes(make):
    new = make(Net(), only=lambda path, _: path == ("dropout",), deterministic=True)

    assert new.modes() == (True, False, False)


@either
def test_a_plain_container_of_modules_is_copied_too(make):
    dropouts = [Dropout()]

    new = make(dropouts, deterministic=True)

    assert type(new) is list
    assert (new[0].deterministic, dropouts[0].deterministic) == (True, False)


@either
def test_tree_mode_refuses_a_shared_variable(make):
    with pytest.raises(SharedInTreeError):
        make(Net(), graph=False, deterministic=True)


@either
def test_what_is_no_node_is_refused(make):
    with pytest.raises(UnknownNodeError):
        make(3, deterministic=True)


@either
def test_unknown_names_can_be_let_through(make):
    new = make(Net(), raise_if_not_found=False, deterministic=True, unknown=1)

    assert new.modes() == (True, False, True)


@either
def test_nodes_of_an_outer_trace_can_be_seen_in_another_mode(make):
    net = Net()

    def inside(x):
        new = make(net, deterministic=True)
        return x if new.dropout.deterministic else -x

    assert jax.jit(inside)(2.0).item() == 2.0
    assert net.modes() == (False, False, False)


def test_a_view_names_arguments_that_no_node_takes_and_those_they_take():
    with pytest.raises(ViewArgumentsError, match=r"'unknown'.*deterministic") as caught:
        view(Net(), deterministic=True, unknown=1)

    assert caught.value.names == ("unknown",)
    assert caught.value.known == ("deterministic", "use_running_average")


def test_a_view_of_nodes_that_take_nothing_says_so():
    with pytest.raises(ViewArgumentsError, match="none at all"):
        view(Net(), only=Net, deterministic=True)


def test_attributes_that_no_module_has_are_named():
    with pytest.raises(AttributesNotFoundError, match="'unknown'"):
        with_attributes(Net(), deterministic=True, unknown=1)


def test_attributes_are_set_whether_or_not_a_view_can():
    assert with_attributes(Net(), rate=0.1).dropout.rate == 0.1

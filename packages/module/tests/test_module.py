import jax
import jax.numpy as jnp
import pytest

from ramie.graph import graphdef
from ramie.graph.errors import FilterError, TraceLevelError
from ramie.graph.extend import view_of
from ramie.module import Module
from ramie.module.errors import AttributesNotFoundError
from ramie.variables import Param


class Dropout(Module):
    def __init__(self):
        self.deterministic = False
        self.rate = 0.5


class Norm(Module):
    def __init__(self):
        self.use_running_average = False
        self.scale = Param(jnp.ones(2))


class Net(Module):
    def __init__(self):
        self.dropout = Dropout()
        self.layers = [Norm(), {"deep": Dropout()}]

    def modes(self):
        return (
            self.dropout.deterministic,
            self.layers[0].use_running_average,
            self.layers[1]["deep"].deterministic,
        )


def test_eval_and_train_set_the_mode_of_every_module_below():
    net = Net()

    net.eval()
    evaluating = net.modes()
    net.train()

    assert evaluating == (True, True, True)
    assert net.modes() == (False, False, False)


def test_eval_and_train_return_nothing_and_add_nothing():
    net = Net()

    assert net.eval() is None
    assert net.train() is None
    assert "deterministic" not in vars(net)


def test_eval_takes_more_attributes():
    net = Net()

    net.eval(rate=0.0)

    assert (net.dropout.rate, net.layers[1]["deep"].rate) == (0.0, 0.0)


def test_eval_of_a_module_in_evaluation_is_no_edit():
    net = Net()
    net.eval()
    view = view_of(net)

    net.eval()

    assert view.valid


def test_eval_and_back_gives_the_structure_there_was():
    net = Net()
    before = graphdef(net)

    net.eval()
    between = graphdef(net)
    net.train()

    assert between != before
    assert graphdef(net) is before


def test_set_attributes_sets_where_there_is_one():
    net = Net()

    net.set_attributes(rate=0.1)

    assert (net.dropout.rate, net.layers[1]["deep"].rate) == (0.1, 0.1)
    assert not hasattr(net.layers[0], "rate")


@pytest.mark.parametrize(
    ("filters", "rates"),
    [
        ([Dropout], (0.1, 0.1)),
        ([lambda path, _: path == ("dropout",)], (0.1, 0.5)),
        ([Norm, lambda path, _: "deep" in path], (0.5, 0.1)),
        ([...], (0.1, 0.1)),
    ],
    ids=["type", "path", "any of two", "everything"],
)
def test_filters_select_modules(filters, rates):
    net = Net()

    net.set_attributes(*filters, rate=0.1)

    assert (net.dropout.rate, net.layers[1]["deep"].rate) == rates


def test_an_attribute_that_no_selected_module_has_is_refused():
    net = Net()

    with pytest.raises(AttributesNotFoundError, match=r"'raet'.*raise_if_not_found"):
        net.set_attributes(rate=0.1, raet=0.1)

    assert net.dropout.rate == 0.5


def test_an_attribute_outside_the_selection_is_not_found():
    with pytest.raises(AttributesNotFoundError) as caught:
        Net().set_attributes(Norm, rate=0.1)

    assert (caught.value.names, caught.value.type_name) == (("rate",), "Net")


def test_an_unknown_attribute_can_be_let_through():
    net = Net()

    net.set_attributes(raet=0.1, rate=0.2, raise_if_not_found=False)

    assert net.dropout.rate == 0.2
    assert not hasattr(net.dropout, "raet")


def test_a_filter_that_means_nothing_is_refused():
    with pytest.raises(FilterError, match="is no filter"):
        Net().set_attributes(3, rate=0.1)


def test_a_module_of_another_trace_keeps_its_mode_and_is_named():
    net = Net()

    def inside(x):
        with pytest.raises(TraceLevelError, match="dropout"):
            net.eval()
        return x

    jax.jit(inside)(0)

    assert net.modes() == (False, False, False)


def test_a_module_can_be_called():
    class Scale(Module):
        def __init__(self):
            self.weight = Param(jnp.full(2, 2.0))

        def __call__(self, x):
            return x * self.weight

    assert Scale()(jnp.ones(2)).tolist() == [2.0, 2.0]


@pytest.mark.parametrize("name", ["iter_modules", "iter_children"])
def test_a_deprecated_method_warns_and_does_what_the_function_does(name):
    from ramie import module

    net = Net()

    with pytest.warns(
        DeprecationWarning, match=rf"function {name}\(module\)"
    ) as caught:
        found = list(getattr(net, name)())

    assert found == list(getattr(module, name)(net))
    assert caught[0].filename == __file__

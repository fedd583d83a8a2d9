import jax.numpy as jnp
import numpy as np
import pytest

from ramie import graph
from ramie.layers import Dropout, Linear
from ramie.layers._rewritten import check_module, rewritten, variables_of
from ramie.layers.errors import ModuleTypeError
from ramie.module import Module, Rngs
from ramie.variables import Param


class Nested(Module):
    """Variables under attributes, in a dict, in a tuple, and one of them twice."""

    def __init__(self, rngs):
        self.layers = {"first": Linear(2, 2, use_bias=False, rngs=rngs)}
        self.pair = (Param(jnp.ones(2)), 3)
        self.tied = Linear(2, 2, use_bias=False, rngs=rngs)
        self.tied.kernel = self.layers["first"].kernel
        self.drop = Dropout(0.5, rngs=rngs)

    def __call__(self, x):
        first = self.layers["first"](x)
        return first, self.tied(x), self.pair[0][...], self.drop(x)


def test_variables_are_found_once_each_in_the_order_of_their_paths():
    module = Nested(Rngs(0))

    found = variables_of(module, Param)

    paths = [path for path, _ in found]
    assert paths == [("layers", "first", "kernel"), ("pair", 0)]
    assert found[0][1] is module.tied.kernel


def test_all_filters_must_select_a_variable():
    module = Nested(Rngs(0))

    selected = variables_of(module, Param, graph.PathContains("pair"))

    assert [path for path, _ in selected] == [("pair", 0)]
    assert len(variables_of(module)) > len(variables_of(module, Param))


@pytest.mark.parametrize("graph_mode", [True, False])
def test_other_values_are_seen_wherever_a_variable_is_shared(graph_mode):
    module = Nested(Rngs(0))
    before = module.tied.kernel.get_value()
    values = {("layers", "first", "kernel"): jnp.eye(2), ("pair", 0): jnp.zeros(2)}

    with graph.set_graph_mode(graph_mode), graph.set_graph_updates(graph_mode):
        first, tied, alone, _ = rewritten(module, values)(jnp.eye(2))

    np.testing.assert_array_equal(first, np.eye(2))
    np.testing.assert_array_equal(tied, np.eye(2))
    np.testing.assert_array_equal(alone, np.zeros(2))
    np.testing.assert_array_equal(module.tied.kernel.get_value(), before)
    np.testing.assert_array_equal(module.pair[0].get_value(), np.ones(2))


def test_all_other_variables_are_those_of_the_module():
    module = Nested(Rngs(0))

    copy = rewritten(module, {("pair", 0): jnp.zeros(2)})
    copy(jnp.eye(2))

    assert copy.tied.kernel is module.tied.kernel
    assert copy.drop.rngs.count is module.drop.rngs.count
    assert module.drop.rngs.count.get_value() == 1


def test_metadata_stays_with_the_other_value():
    module = Linear(2, 2, kernel_metadata={"role": "weights"}, rngs=Rngs(0))

    copy = rewritten(module, {("kernel",): jnp.zeros((2, 2))})

    assert (type(copy.kernel), copy.kernel.role) == (Param, "weights")


@pytest.mark.parametrize("given", [None, {"a": 1}, len, Linear])
def test_only_a_module_is_a_module(given):
    check_module("WeightNorm", "layer_instance", Linear(1, 1, rngs=Rngs(0)))

    with pytest.raises(ModuleTypeError, match="WeightNorm: layer_instance must be"):
        check_module("WeightNorm", "layer_instance", given)

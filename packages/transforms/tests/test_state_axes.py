import pickle

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import State
from ramie.graph.errors import SharedInTreeError
from ramie.module import Module
from ramie.transforms import Carry, StateAxes, StateSharding, prefix
from ramie.transforms.errors import AxesPrefixError, ShardingPrefixError
from ramie.variables import BatchStat, Param, Variable


class Net(Module):
    def __init__(self):
        self.w = Param(jnp.ones(3))
        self.mean = BatchStat(jnp.zeros(()))


def test_state_axes_are_a_mapping_in_their_order():
    axes = StateAxes({Param: 0, "cache": Carry, ...: None})

    assert axes.filters == (Param, "cache", ...)
    assert axes.axes == (0, Carry, None)
    assert list(axes.items()) == [(Param, 0), ("cache", Carry), (..., None)]
    assert (list(axes), len(axes), axes[Param]) == ([Param, "cache", ...], 3, 0)
    assert repr(axes) == "StateAxes({Param: 0, 'cache': Carry, ...: None})"
    with pytest.raises(KeyError):
        axes[BatchStat]


def test_equal_state_axes_are_equal_keys():
    axes = StateAxes({Param: 0, ...: None})

    assert axes == StateAxes([(Param, 0), (..., None)])
    assert hash(axes) == hash(StateAxes([(Param, 0), (..., None)]))
    assert axes != StateAxes({Param: 1, ...: None})
    assert axes != {Param: 0, ...: None}
    assert pickle.loads(pickle.dumps(axes)) == axes


def test_the_first_filter_that_selects_a_variable_counts():
    axes = StateAxes({Param: 0, Variable: 1})

    assert axes.map_prefix(("w",), Param(1.0)) == 0
    assert axes.map_prefix(("w",), BatchStat(1.0)) == 1
    with pytest.raises(AxesPrefixError, match=r"no filter of StateAxes.*\.\.\.: None"):
        axes.map_prefix(("w",), jnp.ones(1))


def test_a_state_of_axes_selects_by_path():
    axes = StateAxes(State({"a": {"w": 0}, "b": None}))

    assert axes.map_prefix(("a", "w"), Param(1.0)) == 0
    assert axes.map_prefix(("b",), Param(1.0)) is None


@pytest.mark.parametrize("axis", [True, "0", 0.0, Carry()])
def test_state_axes_refuse_what_is_no_axis(axis):
    with pytest.raises(AxesPrefixError, match="is no axis"):
        StateAxes({Param: axis})


@pytest.mark.parametrize("given", [0, [Param, 0], [(Param, 0, 1)], "ab"])
def test_state_axes_are_pairs(given):
    with pytest.raises(AxesPrefixError, match=r"for StateAxes: .* no pairs"):
        StateAxes(given)


def test_a_prefix_is_of_axes_or_of_shardings():
    with pytest.raises(ShardingPrefixError, match="at StateSharding: 0 is no sharding"):
        prefix(Param(1.0), {Param: 0, ...: "data"})


@pytest.mark.parametrize("graph", [True, False])
@pytest.mark.parametrize(
    "filter_map",
    [
        {Param: 0, ...: None},
        StateAxes({Param: 0, ...: None}),
        lambda path, _variable: 0 if path == ("w",) else None,
    ],
    ids=["dict", "StateAxes", "function"],
)
def test_a_prefix_is_shaped_like_the_node(graph, filter_map):
    axes = prefix(Net(), filter_map, graph=graph)

    assert type(axes) is Net
    assert (axes.w, axes.mean) == (0, None)


def test_a_prefix_of_a_container_serves_jax_itself():
    node = {"w": Param(jnp.arange(3.0)), "x": Variable(jnp.ones(2))}
    axes = prefix(node, {Param: 0, ...: None})

    out = jax.vmap(lambda n: n["w"].value * n["x"].value, in_axes=(axes,))(node)

    assert out.tolist() == [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]


def test_a_prefix_must_cover_every_variable():
    with pytest.raises(AxesPrefixError, match="axis for mean"):
        prefix(Net(), {Param: 0})


def test_a_prefix_may_hold_shardings():
    rows = jax.P("rows")
    specs = prefix(Net(), {Param: rows, ...: None})

    assert (specs.w, specs.mean) == (rows, None)
    assert prefix(Net(), StateSharding({...: rows})).mean == rows
    with pytest.raises(ShardingPrefixError, match="at mean: no filter"):
        prefix(Net(), {Param: rows})


def test_a_prefix_in_tree_mode_refuses_sharing():
    net = Net()
    net.again = net.w

    assert prefix(net, {...: 0}).again == 0
    with pytest.raises(SharedInTreeError):
        prefix(net, {...: 0}, graph=False)

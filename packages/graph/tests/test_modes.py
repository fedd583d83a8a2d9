import jax.numpy as jnp
import pytest

from ramie.graph import (
    clone,
    flatten,
    graphdef,
    iter_graph,
    map,
    merge,
    recursive_map,
    set_graph_mode,
    set_graph_updates,
    split,
    state,
    unpack,
)
from ramie.graph.errors import SharedInTreeError
from ramie.graph.extend import is_graph_mode, is_graph_updates

from .kinds import Box, Cell


def shared():
    cell = Cell(jnp.ones(2))
    return Box(a=cell, b=Box(c=cell))


def tree():
    return Box(a=Cell(jnp.ones(2)), b=Box(c=Cell(jnp.zeros(1)), n=3))


OPERATIONS = {
    "split()": split,
    "state()": state,
    "graphdef()": graphdef,
    "flatten()": flatten,
    "clone()": clone,
    "iter_graph()": lambda node, **kw: list(iter_graph(node, **kw)),
    "recursive_map()": lambda node, **kw: recursive_map(lambda _, x: x, node, **kw),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_tree_mode_refuses_a_shared_cell_with_both_paths(name):
    with pytest.raises(SharedInTreeError) as caught:
        OPERATIONS[name](shared(), graph=False)
    error = caught.value
    assert (error.path, error.again) == (("a",), ("b", "c"))
    assert error.type_name == "Cell"
    assert error.action == name


@pytest.mark.parametrize("name", OPERATIONS)
def test_tree_mode_can_be_set_and_overruled(name):
    with set_graph_mode(False):
        with pytest.raises(SharedInTreeError):
            OPERATIONS[name](shared())
        OPERATIONS[name](shared(), graph=True)
        OPERATIONS[name](tree())


def test_map_and_unpack_know_tree_mode_as_well():
    with pytest.raises(SharedInTreeError):
        map(lambda _, x: x, shared(), graph=False)
    with pytest.raises(SharedInTreeError):
        unpack(shared(), graph=False)


def test_a_tree_is_the_same_in_both_modes():
    node = tree()
    in_graph, in_tree = split(node, graph=True), split(node, graph=False)
    assert in_graph[0] is in_tree[0]
    assert in_graph[1].flat_state().paths == in_tree[1].flat_state().paths
    assert merge(*in_tree).b.n == 3


def test_tree_mode_does_not_visit_statics():
    node = tree()
    assert ("b", "n") in [path for path, _ in iter_graph(node, graph=True)]
    assert ("b", "n") not in [path for path, _ in iter_graph(node, graph=False)]
    seen = []
    back = recursive_map(lambda path, x: (seen.append(path), x)[1], node, graph=False)
    assert ("b", "n") not in seen
    assert ("b", "c") in seen
    assert back.b.n == 3


def test_none_asks_the_setting():
    assert is_graph_mode(None)
    assert is_graph_updates(None)
    with set_graph_mode(False), set_graph_updates(False):
        assert not is_graph_mode(None)
        assert not is_graph_updates(None)
        assert is_graph_mode(True)
        assert is_graph_updates(True)


def test_apply_splits_in_the_mode_it_was_given():
    graphdef, leaves = split(Box(items=[Cell(jnp.ones(2))]))

    def twice(caller):
        return caller.items.append(leaves["items"][0])

    twice(graphdef.apply(leaves, graph=True))
    with pytest.raises(SharedInTreeError):
        twice(graphdef.apply(leaves, graph=False))

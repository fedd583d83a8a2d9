import jax.numpy as jnp
import pytest

from ramie.graph import iter_children, iter_graph
from ramie.graph.errors import CyclicContainerError, UnknownNodeError
from ramie.graph.extend import iter_nodes

from .kinds import Box, Cell, Pair


def test_children_come_before_parents():
    inner = Box()
    root = Box(a=[inner], b={})

    assert list(iter_nodes(root)) == [
        (("a", 0), inner),
        (("a",), root.a),
        (("b",), root.b),
        ((), root),
    ]


def test_shared_nodes_and_cycles_are_visited_once():
    shared = Box(cell=Cell(1))
    root = Box(x=shared, y=[shared])
    shared.root = root

    assert [path for path, _ in iter_nodes(root)] == [("x",), ("y",), ()]
    assert [path for path, _ in iter_graph(root)] == [
        ("x", "cell"),
        ("x",),
        ("y",),
        (),
    ]


def test_cells_are_no_nodes():
    assert list(iter_nodes(Cell(1))) == []


def test_the_whole_graph_has_cells_arrays_and_statics():
    cell, array = Cell(1), jnp.ones(1)
    root = Box(a=array, b=array, c=cell, d="static")

    found = list(iter_graph(root))

    assert [path for path, _ in found] == [("a",), ("b",), ("c",), ("d",), ()]
    assert found[0][1] is found[1][1] is array
    assert found[2][1] is cell
    assert found[3][1] == "static"


def test_children_are_the_objects_directly_below():
    root = Box(a=[Box()], b=Cell(1), c=(3, 3), d=jnp.ones(1), e=Box(f=Box()))

    assert list(iter_children(root)) == [("b", root.b), ("e", root.e)]


@pytest.mark.parametrize("value", [3, Cell(1), None])
def test_what_is_no_node_has_no_children(value):
    with pytest.raises(UnknownNodeError):
        next(iter_children(value))


def test_a_deep_chain_is_iterated():
    top = []
    for _ in range(10_000):
        top = [top]

    longest, _ = next(iter_nodes(top))

    assert len(longest) == 10_000
    assert sum(1 for _ in iter_graph(top)) == 10_001


def test_a_pytree_inside_itself_is_refused_by_every_visit():
    pair = Pair(1, 2)
    pair.left = (pair,)

    for visit in (iter_graph, iter_nodes):
        with pytest.raises(CyclicContainerError, match="Pair contains itself"):
            list(visit([pair]))


def test_a_value_may_stand_twice_below_itself_in_other_places():
    row = (1, 2)
    assert [path for path, _ in iter_nodes({"a": (row, row), "b": row})] == [
        ("a", 0),
        ("a", 1),
        ("a",),
        ("b",),
        (),
    ]


@pytest.mark.parametrize("node", [Cell(1.0), jnp.ones(1)])
def test_what_is_no_node_has_none(node):
    if isinstance(node, Cell):
        assert list(iter_nodes(node)) == []
    else:
        with pytest.raises(UnknownNodeError):
            list(iter_nodes(node))

import jax.numpy as jnp
import pytest

from ramie.graph import graphdef, split
from ramie.graph.errors import CyclicContainerError, UnknownNodeError
from ramie.graph.extend import Walk

from .kinds import Box, Cell, Pair, Point


def test_objects_are_numbered_as_they_are_met():
    cell, inner = Cell(1), [2]
    node = {"b": inner, "a": cell, "c": inner}

    walk = Walk()
    walk.visit(node)

    assert walk.objects[0] is node
    assert walk.objects[1] is cell
    assert walk.objects[2] is inner
    assert len(walk.objects) == 3


def test_leaves_name_their_owner():
    cell, inner = Cell(1), [jnp.ones(1)]

    walk = Walk()
    walk.visit([inner, cell])

    (owner, key), (found, no_key) = walk.leaves
    assert owner is inner
    assert key == 0
    assert found is cell
    assert no_key is None


def test_a_second_root_goes_on_counting():
    shared = Cell(1)

    walk = Walk()
    numbers = [walk.visit([shared]), walk.visit([shared]), walk.visit(shared)]

    assert numbers == [0, 2, 1]
    assert len(walk.leaves) == 1


def test_immutable_nodes_have_no_identity():
    shared = Point(1, 2)

    assert len(graphdef([shared, shared]).nodes) == 3


@pytest.mark.parametrize("root", [3, "text", None, object(), {1}])
def test_a_root_that_holds_nothing_is_refused(root):
    with pytest.raises(UnknownNodeError, match=r"Cannot walk a .* at <root>") as info:
        split(root)

    assert info.value.value is root
    assert info.value.path == ()


def test_an_array_is_no_graph():
    with pytest.raises(UnknownNodeError, match=r"register_node\(\)"):
        split(jnp.ones(1))


def test_a_deep_chain_is_walked():
    top = Box(end=Cell(jnp.ones(1)))
    for _ in range(10_000):
        top = Box(next=top)

    structure = graphdef(top)

    assert len(structure.nodes) == 10_002
    assert len(structure.paths[0]) == 10_001
    assert hash(structure) == hash(graphdef(top))


def test_a_foreign_pytree_that_contains_itself_is_refused():
    pair = Pair(1, 2)
    pair.left = (pair,)

    with pytest.raises(CyclicContainerError, match=r"Pair contains itself.*a list"):
        graphdef(pair)

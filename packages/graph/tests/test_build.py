import jax.numpy as jnp

from ramie.graph import graphdef
from ramie.graph.extend import build

from .kinds import Box, Cell, Point


def test_objects_come_back_by_number():
    node = Box(a=[Cell(1)], b=(jnp.ones(1), "static"))
    structure = graphdef(node)

    objects = build(structure, ["content", "array"])

    types = [definition.type for definition in structure.nodes]
    assert [type(value) for value in objects] == types
    assert objects[0].a[0].content == "content"
    assert objects[0].b == ("array", "static")


def test_known_objects_are_used_and_left_as_they_are():
    node = Box(a=[Cell(1)], b=Cell(2))
    structure = graphdef(node)
    number = [definition.type for definition in structure.nodes].index(list)
    mine = ["mine"]

    root, *_ = build(structure, ["x", "y"], {number: mine})

    assert root.a is mine
    assert mine == ["mine"]
    assert root.b.content == "y"


def test_cells_get_their_type_and_metadata_back():
    (cell,) = build(graphdef(Cell(1, note="n")), [2])

    assert (cell.content, cell.metadata) == (2, {"note": "n"})


def test_immutable_nodes_find_their_items_complete():
    structure = graphdef(Point(Point(1, [Point(2, 3)]), ()))

    (root, *_) = build(structure, [])

    assert root == Point(Point(1, [Point(2, 3)]), ())


def test_two_builds_share_nothing():
    structure = graphdef({"a": [1]})

    one, other = build(structure, []), build(structure, [])

    assert one[0]["a"] is not other[0]["a"]
    one[0]["a"].append(2)
    assert build(structure, [])[0] == {"a": [1]}

import copy
import gc
import pickle
import weakref

import jax.numpy as jnp
import pytest

from ramie.graph import GraphDef, flatten, graphdef, merge
from ramie.graph.errors import UnhashableStaticError
from ramie.graph.extend import (
    CellDef,
    Child,
    Leaf,
    NodeDef,
    NodeKind,
    kind_of,
    register_node,
    walk_definitions,
)

from .kinds import Box, Cell, Pair, Point, Special


def sample():
    shared = Cell(jnp.ones(2), note="n")
    return Box(a=shared, b=[shared, jnp.ones(3)], c="text", d=Point(1, Pair(2, 3)))


def test_equal_structures_are_one_object():
    assert graphdef(sample()) is graphdef(sample())


def test_contents_are_no_part_of_the_structure():
    assert graphdef([Cell(jnp.ones(2))]) is graphdef([Cell(jnp.zeros((3, 3)))])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, {"a": 1.0}),
        ([1], (1,)),
        ([jnp.ones(1)], [Cell(jnp.ones(1))]),
        (Cell(1), Special(1)),
        (Cell(1, note="a"), Cell(1, note="b")),
        (Cell(1, note=1), Cell(1, note=1.0)),
        (Cell(1, note=1), Cell(1, note=True)),
        (Pair(1, 2, name="a"), Pair(1, 2, name="b")),
        ([[], []], [shared := [], shared]),
    ],
)
def test_every_part_of_the_structure_counts(one, other):
    first, second = graphdef(one), graphdef(other)

    assert first != second
    assert first is not second


def test_a_structure_is_equal_to_no_other_thing():
    assert graphdef([]) != ()


def test_the_hash_is_computed_once():
    class Counted:
        hashed = 0

        def __hash__(self):
            Counted.hashed += 1
            return 7

    structure = graphdef([Counted()])
    before = Counted.hashed

    assert hash(structure) == hash(structure)
    assert Counted.hashed == before


def test_an_unused_structure_is_forgotten():
    structure = graphdef({"only": "here"})
    reference = weakref.ref(structure)

    gc.disable()
    try:
        del structure
        assert reference() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("travel", [copy.copy, copy.deepcopy])
def test_a_copy_is_the_same_structure(travel):
    structure = graphdef(sample())

    assert travel(structure) is structure


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_is_the_same_structure(protocol):
    structure = graphdef(sample())

    assert pickle.loads(pickle.dumps(structure, protocol)) is structure


def test_pickles_name_the_package_not_the_file():
    payload = pickle.dumps(graphdef([Cell(1), jnp.ones(2), "static"]))

    assert b"ramie.graph" in payload
    assert b"_graphdef" not in payload
    assert b"_registry" not in payload


def test_a_pickle_outlives_the_structure():
    structure, leaves = flatten([jnp.ones(2), "static"])
    payload = pickle.dumps(structure)
    del structure

    assert merge(pickle.loads(payload), leaves)[1] == "static"


def test_paths_are_those_of_the_first_way():
    structure = graphdef(sample())

    assert structure.paths == (("a",), ("b", 1))
    assert structure.where == {("a",): 0, ("b", 1): 1}
    assert structure.num_leaves == 2


def test_owners_hold_the_leaves():
    structure = graphdef([jnp.ones(1), {"c": Cell(1)}])

    (node, key), (cell, no_key) = structure.owners

    assert (node, key, no_key) == (0, 0, None)
    assert structure.nodes[cell].type is Cell


def test_definitions_are_flat():
    shared = Cell(1, note="n")

    nodes = graphdef([shared, shared, jnp.ones(1)]).nodes

    assert nodes[0].attributes == ((0, Child(1)), (1, Child(1)), (2, Leaf(1)))
    assert isinstance(nodes[0], NodeDef)
    assert isinstance(nodes[1], CellDef)
    assert nodes[1].metadata == (("note", "n"),)
    assert nodes[1] != nodes[0]


def test_definitions_know_what_has_identity():
    structure = graphdef([(Cell(1), {})])

    by_type = {node.type: node.has_identity for node in structure.nodes}

    assert by_type == {list: True, tuple: False, Cell: True, dict: True}


def test_each_node_is_walked_once():
    root = Box(cell=Cell(1))
    root.me, root.again = root, root.cell

    paths = [path for path, _ in walk_definitions(graphdef(root))]

    assert paths == [(), ("again",)]


def test_repr_shows_types_statics_sharing_and_metadata():
    shared = Cell(jnp.ones(2), note="n")

    text = repr(graphdef(Box(a=shared, b=shared, c=3, d=jnp.ones(2), f=jnp.tanh)))

    assert text.splitlines() == [
        "GraphDef( # 1 node, 1 cell, 1 array",
        "  Box #0",
        "    c=3, f=<function tanh>",
        "    a: Cell #1 note='n'",
        "    b: → #1",
        "    d: <array>",
        ")",
    ]


def test_an_unhashable_static_is_named_when_a_hash_is_needed():
    structure = graphdef({"a": [{1, 2}]})

    with pytest.raises(
        UnhashableStaticError, match=r"at a/0 is a set.*hashable"
    ) as info:
        hash(structure)

    assert info.value.path == ("a", 0)
    assert info.value.value == {1, 2}


def test_structures_with_an_unhashable_static_can_be_compared():
    assert graphdef({"a": {1, 2}}) == graphdef({"a": {1, 2}})
    assert graphdef({"a": {1, 2}}) != graphdef({"a": {1, 3}})


def test_unhashable_metadata_is_named():
    with pytest.raises(UnhashableStaticError, match=r"at cell is a tuple"):
        hash(graphdef({"cell": Cell(1, note=[])}))


def test_an_unhashable_rest_of_a_node_is_named():
    class Odd(Box):
        pass

    kind = kind_of(Box())
    register_node(
        Odd, NodeKind(lambda _: ([], {1}), create=kind.create, fill=kind.fill)
    )

    with pytest.raises(UnhashableStaticError, match=r"at odd is a set"):
        hash(graphdef({"odd": Odd()}))


def test_an_unhashable_static_does_not_keep_a_graph_from_splitting():
    structure, leaves = flatten([{1, 2}, jnp.ones(1)])

    assert merge(structure, leaves)[0] == {1, 2}
    assert isinstance(structure, GraphDef)


def test_definitions_that_look_alike_are_told_apart():
    assert Child(3) != Leaf(3)
    assert hash(Child(3)) != hash(Leaf(3))
    assert graphdef([Cell(1.0)]).nodes[1] is graphdef({"x": Cell(2.0)}).nodes[1]
    assert graphdef([Cell(1.0, n=0)]) != graphdef([Cell(1.0, n=False)])
    assert graphdef([Cell(1.0)]) != graphdef([Special(1.0)])

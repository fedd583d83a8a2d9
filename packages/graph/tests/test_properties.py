"""Claims about any graph: sharing, cycles, all kinds of nodes and cells mixed."""

import copy
import pickle

import jax.numpy as jnp
from hypothesis import given, settings
from hypothesis import strategies as st

from ramie.graph import (
    Everything,
    Not,
    Nothing,
    PathContains,
    clone,
    flatten,
    graphdef,
    iter_graph,
    merge,
    paranoid,
    split,
    state,
    unflatten,
    update,
)
from ramie.graph.extend import content_of, is_cell, view_of
from ramie.graph.testing import check_round_trip

from .kinds import Box, Cell, Loose, Pair, Point, Special, write

ARRAYS = [jnp.zeros(n) for n in range(1, 4)]
STATICS = [None, 0, 0.0, False, "text", len]
TAGS = st.sampled_from([None, "slow", "fast"])

some = settings(max_examples=60, deadline=None)


@st.composite
def graphs(draw):
    """A root that holds, anywhere below, any of a pool of things, itself included."""
    mutable = draw(st.lists(st.sampled_from([Box, dict, list]), min_size=1, max_size=5))
    nodes = [cls() for cls in mutable]
    kinds = draw(st.lists(st.sampled_from([Cell, Special, Loose]), max_size=4))
    cells = [cls(draw(st.sampled_from(ARRAYS)), tag=draw(TAGS)) for cls in kinds]
    pool = [*nodes, *cells, *ARRAYS, *STATICS]
    for cls in draw(st.lists(st.sampled_from([tuple, Point, Pair]), max_size=3)):
        one, other = draw(st.sampled_from(pool)), draw(st.sampled_from(pool))
        pool.append((one, other) if cls is tuple else cls(one, other))
    for node in nodes:
        items = draw(st.lists(st.sampled_from(pool), max_size=5))
        if type(node) is list:
            node.extend(items)
        else:
            keys = [f"k{n}" if n % 2 else f"a{n}" for n in range(len(items))]
            into = node if type(node) is dict else vars(node)
            into.update(zip(keys, items, strict=True))
    return nodes[0]


filters = st.lists(
    st.sampled_from(
        [
            Cell,
            Special,
            Loose,
            "slow",
            Nothing(),
            None,
            Not(Special),
            PathContains(0),
            PathContains("k", exact=False),
            [Special, "fast"],
            lambda path, _: len(path) % 2 == 0,
            Everything(),
        ]
    ),
    max_size=3,
)


@some
@given(graphs())
def test_any_graph_survives_the_round_trip(node):
    check_round_trip(node)


@some
@given(graphs())
def test_leaves_are_the_same_objects_in_the_same_places(node):
    structure, leaves = flatten(node)

    back = unflatten(structure, leaves)

    old, new = list(iter_graph(node)), list(iter_graph(back))
    assert [path for path, _ in old] == [path for path, _ in new]
    cells = [value for _, value in old if is_cell(value)]
    assert [id(value) for _, value in new if is_cell(value)] == list(map(id, cells))


@some
@given(graphs(), filters, st.randoms())
def test_parts_by_any_filters_merge_to_the_whole(node, chosen, random):
    structure, *states = split(node, *chosen, ...)
    random.shuffle(states)

    back = merge(structure, *states)

    assert sum(len(part.flat_state()) for part in states) == structure.num_leaves
    assert graphdef(back) is structure
    for (_, one), (_, other) in zip(flatten(node)[1], flatten(back)[1], strict=True):
        assert one is other


@some
@given(graphs())
def test_a_clone_gives_its_contents_back(node):
    twin = clone(node)
    mine = {id(leaf) for _, leaf in flatten(node)[1] if is_cell(leaf)}
    for _, leaf in flatten(twin)[1]:
        if is_cell(leaf):
            assert id(leaf) not in mine
            write(leaf, leaf.content + 1)

    update(node, state(twin))

    for (_, one), (_, other) in zip(flatten(node)[1], flatten(twin)[1], strict=True):
        assert content_of(one) is content_of(other)


@some
@given(graphs())
def test_copies_have_the_same_structure_and_nothing_shared(node):
    split(node)

    for twin in (copy.deepcopy(node), pickle.loads(pickle.dumps(node))):
        assert graphdef(twin) is graphdef(node)
        mine = {id(value) for value in view_of(node).objects}
        assert not [
            value
            for value, definition in zip(
                view_of(twin).objects, graphdef(twin).nodes, strict=True
            )
            if definition.has_identity and value is not None and id(value) in mine
        ]


@some
@given(graphs())
def test_the_structure_travels(node):
    structure = graphdef(node)

    assert pickle.loads(pickle.dumps(structure)) is structure
    assert copy.deepcopy(structure) is structure
    assert repr(structure).startswith("GraphDef(")


@some
@given(graphs(), st.data())
def test_a_remembered_view_is_what_a_walk_would_find(node, data):
    root = Box(node=node)
    with paranoid(False):
        graphdef(root)
        for _ in range(3):
            edit(root, data)
            remembered = view_of(root)
            anew = view_of(Box(node=root.node))
            assert remembered.graphdef is anew.graphdef
            assert list(map(id, remembered.objects[1:])) == list(
                map(id, anew.objects[1:])
            )


def edit(root, data):
    """Do one thing, by legal means, to one object of the graph."""
    values = [value for _, value in iter_graph(root.node)]
    value = data.draw(st.sampled_from(values), label="edited")
    new = data.draw(st.sampled_from([*STATICS, *ARRAYS, *values]), label="new")
    if type(value) is Box:
        value.new = new
    elif type(value) is dict:
        value["new"] = new
    elif type(value) is list:
        value.append(new)
    elif type(value) is Pair:
        value.name += "+"
    elif is_cell(value):
        write(value, data.draw(st.sampled_from(ARRAYS)))

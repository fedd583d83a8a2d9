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
    State,
    clone,
    diff,
    filter_state,
    find_duplicates,
    flatten,
    from_flat_state,
    graphdef,
    iter_graph,
    merge,
    merge_state,
    paranoid,
    pop,
    replace_by_pure_dict,
    restore_int_paths,
    split,
    split_state,
    state,
    to_flat_state,
    to_pure_dict,
    unflatten,
    update,
)
from ramie.graph import map as map_leaves
from ramie.graph.errors import PopFromImmutableError, UnreachableFilterError
from ramie.graph.extend import content_of, is_cell, view_of
from ramie.graph.filterlib import filters_to_predicates
from ramie.graph.statelib import diff as state_diff
from ramie.graph.testing import check_round_trip
from ramie.graph.traversals import flatten_mapping, flatten_to_sequence

from .kinds import Bag, Box, Cell, Loose, Pair, Point, Sealed, Special, write

ARRAYS = [jnp.zeros(n) for n in range(1, 4)]
STATICS = [None, 0, 0.0, False, "text", len]
TAGS = st.sampled_from([None, "slow", "fast"])

some = settings(max_examples=60, deadline=None)
few = settings(max_examples=30, deadline=None)


def fill(node, items):
    """Give a node of any mutable kind its first items."""
    if type(node) is list:
        node.extend(items)
        return
    keys = [f"k{n}" if n % 2 else f"a{n}" for n in range(len(items))]
    if type(node) is dict:  # "3" and 3 are two keys
        keys = [n // 2 if n % 2 else str(n // 2) for n in range(len(items))]
    into = {Box: vars, Bag: lambda bag: bag.items}.get(type(node), lambda node: node)
    into(node).update(zip(keys, items, strict=True))


FROZEN = {
    tuple: lambda *items: items,
    Point: Point,
    Pair: Pair,
    Sealed: lambda *items: Sealed("name", *items),
}


@st.composite
def graphs(draw):
    """A root that holds, anywhere below, any of a pool of things, itself included."""
    kinds = st.sampled_from([Box, dict, list, Bag])
    nodes = [cls() for cls in draw(st.lists(kinds, min_size=1, max_size=5))]
    kinds = draw(st.lists(st.sampled_from([Cell, Special, Loose]), max_size=4))
    cells = [cls(draw(st.sampled_from(ARRAYS)), tag=draw(TAGS)) for cls in kinds]
    pool = [*nodes, *cells, *ARRAYS, *STATICS]
    for cls in draw(st.lists(st.sampled_from(list(FROZEN)), max_size=3)):
        one, other = draw(st.sampled_from(pool)), draw(st.sampled_from(pool))
        pool.append(FROZEN[cls](one, other))
    for node in nodes:
        fill(node, draw(st.lists(st.sampled_from(pool), max_size=5)))
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


def _all_reachable(chosen):
    """Whether split() takes these filters: none may stand behind what covers it."""
    try:
        filters_to_predicates(chosen)
    except UnreachableFilterError:
        return False
    return True


@some
@given(graphs(), filters.filter(_all_reachable), st.randoms())
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
    twin = clone(node, arrays=False)
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


def contents(node):
    return [content_of(leaf) for _, leaf in flatten(node)[1]]


def same(ones, others):
    """Whether two lists hold the same objects."""
    return list(map(id, ones)) == list(map(id, others))


@few
@given(graphs())
def test_writing_to_a_clone_leaves_the_original_alone(node):
    before, structure = contents(node), graphdef(node)
    twin = clone(node)

    for _, leaf in flatten(twin)[1]:
        if is_cell(leaf):
            write(leaf, leaf.content + 1)
    for _, value in list(iter_graph(twin)):
        if isinstance(value, Box):
            value.added = True

    assert same(contents(node), before)
    assert graphdef(node) is structure


@few
@given(graphs())
def test_a_graph_does_not_differ_from_its_clone(node):
    assert not diff(node, clone(node))
    assert find_duplicates(node) == find_duplicates(merge(*split(node), copy=True))


@few
@given(graphs())
def test_mapping_leaves_to_themselves_keeps_the_graph(node):
    twin = map_leaves(lambda _, leaf: leaf, node)

    assert graphdef(twin) is graphdef(node)
    assert same(flatten(twin)[1].leaves, flatten(node)[1].leaves)


@few
@given(graphs())
def test_a_refused_pop_changes_nothing_and_another_takes_all(node):
    before, structure = contents(node), graphdef(node)

    try:
        taken = pop(node, Cell, Loose)
    except PopFromImmutableError:
        assert graphdef(node) is structure
        assert same(contents(node), before)
    else:
        left = flatten(node)[1].leaves
        assert not any(is_cell(leaf) for leaf in left)
        assert sum(len(part.flat_state()) for part in taken) == len(before) - len(left)


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
    elif type(value) is Bag:
        value.items = {**value.items, "new": new}
    elif type(value) is Pair:
        value.name += "+"
    elif is_cell(value):
        write(value, data.draw(st.sampled_from(ARRAYS)))


# ── states

KEYS = st.one_of(st.integers(-2, 12), st.integers(-2, 12).map(str), st.just("a"))
LEAVES = st.one_of(
    st.integers(), st.sampled_from(["", "0"]), st.builds(Cell, st.integers())
)


def mappings(keys):
    """Nested dicts of leaves, none of them empty."""
    return st.recursive(
        st.dictionaries(keys, LEAVES, min_size=1, max_size=4),
        lambda below: st.dictionaries(
            keys, st.one_of(LEAVES, below), min_size=1, max_size=4
        ),
        max_leaves=12,
    )


states = mappings(KEYS).map(State)


def with_text_keys(nested):
    return {
        str(key): with_text_keys(value) if isinstance(value, dict) else value
        for key, value in nested.items()
    }


def items(whole):
    return dict(whole.flat_state())


@few
@given(states, st.randoms())
def test_a_state_is_its_paths_and_leaves(whole, random):
    flat = list(to_flat_state(whole))
    random.shuffle(flat)

    assert from_flat_state(flat) == whole
    assert to_flat_state(from_flat_state(flat)).paths == whole.flat_state().paths


@few
@given(states)
def test_a_state_becomes_plain_dicts_with_the_same_paths(whole):
    pure = to_pure_dict(whole)

    assert list(flatten_mapping(pure)) == [key for key, _ in flatten_to_sequence(pure)]
    assert {path: content_of(leaf) for path, leaf in items(whole).items()} == (
        flatten_mapping(pure)
    )


@few
@given(states)
def test_contents_find_their_places_again_by_the_same_keys(whole):
    pure, before = to_pure_dict(whole), items(whole)
    kinds = {path: type(leaf) for path, leaf in before.items()}

    replace_by_pure_dict(whole, pure)

    assert to_pure_dict(whole) == pure
    assert {path: type(leaf) for path, leaf in items(whole).items()} == kinds
    cells = [leaf for leaf in before.values() if is_cell(leaf)]
    assert not {*map(id, cells)} & {*map(id, items(whole).values())}


@few
@given(mappings(st.integers(-2, 12)))
def test_int_keys_survive_a_format_that_knows_text_only(nested):
    whole = State(nested)
    pure = to_pure_dict(whole)
    stored = with_text_keys(pure)

    assert restore_int_paths(stored) == pure
    replace_by_pure_dict(whole, stored)
    assert to_pure_dict(whole) == pure


@few
@given(states)
def test_restoring_keys_loses_no_leaf(whole):
    pure = to_pure_dict(whole)

    restored = restore_int_paths(pure)

    assert len(flatten_mapping(restored)) == len(flatten_mapping(pure))
    assert restore_int_paths(restored) == restored


@few
@given(states, filters.filter(_all_reachable), st.randoms())
def test_parts_of_a_state_merge_to_the_whole(whole, chosen, random):
    parts = split_state(whole, *chosen, ...)
    parts = list(parts) if chosen else [parts]
    random.shuffle(parts)

    assert sum(len(items(part)) for part in parts) == len(items(whole))
    assert items(merge_state(*parts)) == items(whole)


@few
@given(states, states)
def test_a_difference_and_what_is_common_make_the_whole(one, other):
    rest = items(state_diff(one, other))

    assert rest.keys() == items(one).keys() - items(other).keys()
    common = filter_state(one, lambda path, _: path in items(other))
    assert items(common) | rest == items(one)


@few
@given(states)
def test_a_copy_of_a_state_is_equal_and_its_nesting_its_own(whole):
    for twin in (copy.copy(whole), merge_state(whole, State({})), State(whole)):
        before = items(whole)
        twin["added"] = 1
        assert items(whole) == before
    assert pickle.loads(pickle.dumps(whole)).flat_state().paths == (
        whole.flat_state().paths
    )

"""Depth has no limit: a chain of ten thousand nodes is a graph like any other.

Python itself gives up on it in `pickle` and `copy.deepcopy`; what stands in for them
is here, too.
"""

import pickle
import sys

import jax.numpy as jnp
import pytest

from ramie.graph import (
    State,
    clone,
    create_path_filters,
    diff,
    draw,
    filter_state,
    find_duplicates,
    flatten,
    from_flat_state,
    graphdef,
    iter_children,
    iter_graph,
    map,
    map_state,
    merge,
    merge_state,
    pop,
    recursive_map,
    replace_by_pure_dict,
    restore_int_paths,
    split,
    split_state,
    state,
    to_pure_dict,
    unflatten,
    unpack,
    update,
)
from ramie.graph.extend import iter_nodes
from ramie.graph.traversals import (
    flatten_mapping,
    flatten_to_sequence,
    unflatten_mapping,
)

from .kinds import Bag, Box, Cell, Pair, Sealed

DEPTH = 10_000
ONE, TWO = jnp.ones(1), jnp.full(1, 2.0)
LINKS = [
    lambda node: Box(next=node),
    lambda node: {"next": node},
    lambda node: [node],
    lambda node: (node,),
    lambda node: Bag(next=node),
    lambda node: Sealed("link", node),
    lambda node: Pair(node, 1),
]


def chain(depth):
    """A chain with nodes of every kind, a cell at its end, and a Box on top."""
    node = Box(cell=Cell(ONE), array=ONE)
    for n in range(depth - 2):
        node = LINKS[n % len(LINKS)](node)
    return Box(top=node)


@pytest.fixture(scope="module")
def deep():
    """A chain that no test edits."""
    assert sys.getrecursionlimit() < DEPTH
    return chain(DEPTH)


@pytest.fixture(scope="module")
def whole():
    """A deep state: paths as long as the chain make it slow, so it is less deep."""
    state_of_chain = state(chain(DEPTH // 3))
    assert sys.getrecursionlimit() < DEPTH // 3
    return state_of_chain


def test_a_deep_graph_is_taken_apart_and_put_together(deep):
    structure, leaves = flatten(deep)

    assert len(structure.nodes) == DEPTH + 1
    assert {len(path) for path in leaves.paths} == {DEPTH}
    assert graphdef(unflatten(structure, leaves)) is structure


def test_a_deep_graph_is_split_by_filters_and_merged(deep):
    structure, cells, rest = split(deep, Cell, ...)

    assert len(cells.flat_state()) == len(rest.flat_state()) == 1
    assert graphdef(merge(structure, cells, rest)) is structure


def test_a_deep_graph_is_cloned_updated_and_compared(deep):
    twin = clone(deep)
    paths = graphdef(twin).paths

    update(twin, from_flat_state(dict.fromkeys(paths, TWO)))

    assert "largest difference 1" in str(diff(deep, twin))
    assert not diff(deep, clone(deep))


def test_a_deep_structure_travels(deep):
    structure = graphdef(deep)

    assert pickle.loads(pickle.dumps(structure)) is structure
    assert repr(structure).startswith("GraphDef(")


def test_a_deep_graph_travels_as_its_structure_and_its_leaves(deep):
    structure, leaves = pickle.loads(pickle.dumps(flatten(deep)))

    assert graphdef(unflatten(structure, leaves)) is graphdef(deep)


def test_everything_in_a_deep_graph_is_visited(deep):
    assert sum(1 for _ in iter_graph(deep)) >= DEPTH + 2
    assert sum(1 for _ in iter_nodes(deep)) == DEPTH
    assert [key for key, _ in iter_children(deep.top)] == ["next"]


def test_a_deep_graph_is_mapped(deep):
    assert graphdef(map(lambda _, leaf: leaf, deep)) is graphdef(deep)
    assert graphdef(recursive_map(lambda _, x: x, deep)) is graphdef(deep)


def test_repetitions_in_a_deep_graph_are_found(deep):
    assert find_duplicates(deep) == []
    assert find_duplicates([deep, deep]) == [[(0,), (1,)]]


def test_a_deep_cycle_is_a_graph():
    root = chain(DEPTH)
    bottom = next(iter(iter_nodes(root)))[1]

    bottom.root = root

    assert graphdef(clone(root)) is graphdef(root)


def test_the_end_of_a_deep_graph_is_taken_out():
    root = chain(DEPTH)

    taken = pop(root, Cell)

    assert len(taken.flat_state()) == 1
    assert graphdef(root).num_leaves == 1


def test_a_deep_graph_is_unpacked(deep):
    assert len(unpack(deep, Cell, ...)) == 2


def test_a_deep_graph_is_drawn(deep):
    drawing = draw(deep)

    assert repr(drawing)
    assert drawing.svg.startswith("<svg")


def test_a_deep_state_is_split_merged_and_mapped(whole):
    one, rest = split_state(whole, Cell, ...)
    same = map_state(lambda _, leaf: leaf, merge_state(one, rest))

    assert same.flat_state().paths == whole.flat_state().paths
    assert filter_state(whole, Cell).flat_state().paths == one.flat_state().paths
    assert (whole - one).flat_state().paths == rest.flat_state().paths
    assert (one | rest).flat_state().paths == whole.flat_state().paths


def test_a_deep_state_is_copied(whole):
    assert State(whole).flat_state().paths == whole.flat_state().paths


def test_a_deep_flat_state_is_shown(whole):
    assert "Cell" in repr(whole.flat_state())


def test_a_deep_state_becomes_plain_dicts_and_takes_contents_back(whole):
    copied = map_state(lambda _, leaf: leaf, whole)
    pure = to_pure_dict(copied)

    replace_by_pure_dict(copied, pure)

    stored = restore_int_paths({"layers": {"7": pure}})["layers"][7]
    paths = [path for path, _ in flatten_to_sequence(stored)]
    assert tuple(paths) == copied.flat_state().paths


def test_paths_of_a_deep_state_become_filters(whole):
    axes = map_state(lambda *_: 0, whole)

    (selected,) = create_path_filters(axes)

    assert filter_state(whole, selected).flat_state().paths == whole.flat_state().paths


def test_deep_mappings_are_flattened_and_nested():
    nested = {"end": 1}
    for _ in range(DEPTH // 3):
        nested = {"next": nested}

    flat = flatten_mapping(nested)

    assert [len(path) for path in flat] == [DEPTH // 3 + 1]
    assert flatten_mapping(unflatten_mapping(flat)) == flat

import jax.numpy as jnp
import pytest
from hypothesis import given

from ramie.graph import State, flatten, from_flat_state, graphdef
from ramie.graph._index import index_of

from .kinds import Box, Cell
from .test_properties import graphs, some


@some
@given(graphs())
def test_leaves_nest_as_their_paths_say(node):
    structure, flat = flatten(node)

    nested = index_of(structure).nest(flat.leaves)

    by_paths = from_flat_state(flat)
    assert type(nested) is type(by_paths)
    if isinstance(nested, State):
        # In path order, which below a foreign pytree is not the order of the leaves.
        assert nested.flat_state().paths == by_paths.flat_state().paths
        by_path = dict(flat)
        assert all(leaf is by_path[path] for path, leaf in nested.flat_state())
        found = index_of(structure).find(by_paths)
        assert found is not None
        assert sorted(number for number, _ in found) == list(range(len(flat)))
        assert all(flat.leaves[number] is leaf for number, leaf in found)
    else:
        assert nested is flat.leaves[0]


def test_keys_stand_in_path_order_and_empty_branches_are_left_out():
    node = Box(b=Cell(1.0), a=Box(z=Box(), n=3), c={"x": {}, "y": jnp.ones(1)})
    assert index_of(graphdef(node)).numbers == {"b": 0, "c": {"y": 1}}


def test_a_graph_without_leaves_has_an_empty_state():
    assert index_of(graphdef({"a": [3]})).nest([]) == State({})


@pytest.mark.parametrize(
    "state",
    [
        {"a": {"x": 1.0}},  # no State
        State({"a": 1.0}),  # a leaf for a branch
        State({"a": {"x": {"deeper": 1.0}}}),  # a branch for a leaf
        State({"b": 1.0}),  # no such path
    ],
)
def test_what_is_not_in_the_index_is_left_to_others(state):
    structure = graphdef({"a": {"x": jnp.ones(1)}})
    assert index_of(structure).find(state) is None


def test_a_lone_cell_is_left_to_others():
    assert index_of(graphdef(Cell(1.0))).find(1.0) is None


def test_an_index_is_made_once():
    structure = graphdef([jnp.ones(1)])
    assert index_of(structure) is index_of(structure)


def test_depth_has_no_limit_and_grows_no_paths():
    node = leaf = [jnp.ones(1)]
    for _ in range(20_000):
        node = [jnp.ones(1), node]
    structure = graphdef(node)

    state = index_of(structure).nest(list(range(structure.num_leaves)))

    assert structure._paths is None
    for _ in range(20_000):
        state = state[1]
    assert len(leaf) == len(state) == 1

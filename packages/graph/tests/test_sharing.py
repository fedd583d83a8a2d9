import jax.numpy as jnp
import pytest

from ramie.graph import graphdef
from ramie.graph._sharing import find_shared

from .kinds import Box, Cell


def cell():
    return Cell(jnp.ones(2))


def test_a_tree_shares_nothing():
    assert find_shared(graphdef({"a": cell(), "b": [cell(), jnp.ones(1), 3]})) is None


def test_two_paths_to_a_cell_are_found():
    one = cell()
    assert find_shared(graphdef([one, {"x": one}])) == ("Cell", (0,), (1, "x"))


def test_below_a_shared_node_its_first_cell_is_named():
    box = Box(bare=Box(n=1), inner=Box(w=cell()))
    found = find_shared(graphdef({"a": box, "b": box}))
    assert found == ("Cell", ("a", "inner", "w"), ("b", "inner", "w"))


def test_a_shared_node_without_cells_does_no_harm():
    empty, array = [], [jnp.ones(1)]
    box = Box(x=empty, y=array)
    assert find_shared(graphdef([box, box, empty, array])) is None


def test_a_cell_is_found_behind_shared_nodes_without_cells():
    bare, one = Box(n=1), cell()
    shared = Box(bare=bare, z=one)
    found = find_shared(graphdef([bare, shared, bare, shared]))
    assert found == ("Cell", (1, "z"), (3, "z"))


def test_a_cycle_is_found():
    box = Box(n=1)
    box.me = Box(back=box)
    assert find_shared(graphdef([box])) == ("Box", (0,), (0, "me", "back"))


def test_a_root_inside_itself_is_a_cycle():
    box = Box(w=cell())
    box.me = box
    assert find_shared(graphdef(box)) == ("Box", (), ("me",))


def test_deep_graphs_need_no_recursion():
    one = cell()
    node = [one]
    for _ in range(5000):
        node = [node]
    found = find_shared(graphdef([node, one]))
    assert found is not None
    assert found[2] == (1,)


@pytest.mark.parametrize("node", [[cell()], [one := cell(), one]])
def test_the_answer_is_remembered(node):
    structure = graphdef(node)
    assert find_shared(structure) is find_shared(structure)

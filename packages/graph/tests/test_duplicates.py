import jax.numpy as jnp
import pytest

from ramie.graph import PathContains, find_duplicates
from ramie.graph.errors import UnknownNodeError

from .kinds import Box, Cell, Special


def test_what_is_reached_once_is_no_duplicate():
    assert find_duplicates(Box(a=Cell(1), b=[3, "s"], c=3, d="s")) == []


def test_shared_nodes_and_cells_are_found():
    shared = Box(cell=Cell(1))
    root = Box(x=shared, y=shared, q=[shared.cell], z=[shared])

    assert find_duplicates(root) == [
        [("q", 0), ("x", "cell")],
        [("x",), ("y",), ("z", 0)],
    ]


def test_paths_are_in_path_order():
    cell = Cell(1)

    assert find_duplicates({"c": cell, "a": {"b": cell}}) == [[("a", "b"), ("c",)]]


def test_an_array_in_two_places_is_found():
    array = jnp.ones(1)

    assert find_duplicates({"a": array, "b": [array]}) == [[("a",), ("b", 0)]]


def test_a_tuple_has_no_identity_but_what_it_holds_has():
    pair = (Cell(1),)

    assert find_duplicates({"a": pair, "b": pair}) == [[("a", 0), ("b", 0)]]


def test_a_cycle_is_a_second_path():
    root = Box()
    root.below = Box(me=root)

    assert find_duplicates(root) == [[(), ("below", "me")]]


def test_a_filter_says_what_counts():
    shared, cell = Box(), Special(1)
    root = Box(a=cell, b=cell, c=cell, x=shared, y=shared)

    assert find_duplicates(root, only=Special) == [[("a",), ("b",), ("c",)]]
    assert find_duplicates(root, only=Box) == [[("x",), ("y",)]]
    assert find_duplicates(root, only=PathContains("b")) == [[("a",), ("b",)]]


def test_a_lone_cell_has_no_duplicate():
    assert find_duplicates(Cell(1)) == []


def test_what_is_no_node_is_refused():
    with pytest.raises(UnknownNodeError):
        find_duplicates(3)

import jax
import jax.numpy as jnp
import pytest

from ramie.graph._repr import _sizes
from ramie.graph._repr._sizes import describe_size, show_size

from .kinds import Box, Cell, Special


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (jnp.ones((2, 3)), "6 (24 B)"),
        (jnp.ones((100, 100)), "10,000 (39.1 KiB)"),
        (jnp.ones(3, jnp.bfloat16), "3 (6 B)"),
        (jax.random.key(0), "1 (8 B)"),
        (jax.ShapeDtypeStruct((2,), jnp.float32), "2 (8 B)"),
        ({"a": jnp.ones(3), "b": (jnp.ones(1), 2.0)}, "4 (16 B)"),
        (3.0, ""),
        (None, ""),
        (jnp.ones(0), ""),
    ],
)
def test_the_size_of_a_cell_is_that_of_its_arrays(content, text):
    assert describe_size(Cell(content), set()) == text


def test_a_ref_has_the_size_of_what_it_holds():
    assert describe_size(jax.new_ref(jnp.ones(2)), set()) == "2 (8 B)"


def test_a_node_has_a_size_for_each_type_of_cell_and_a_total():
    node = Box(a=Cell(jnp.ones(2)), b=[Special(jnp.ones(3)), Cell(jnp.ones(1))])

    assert describe_size(node, set()) == (
        "Cell: 3 (12 B), Special: 3 (12 B), Total: 6 (24 B)"
    )


def test_a_node_with_cells_of_one_type_has_no_total():
    assert describe_size(Box(a=Cell(jnp.ones(2)), b=Cell(0)), set()) == "Cell: 2 (8 B)"


def test_a_shared_cell_counts_once():
    cell = Cell(jnp.ones(2))

    assert describe_size(Box(a=cell, b=cell, c=[cell]), set()) == "Cell: 2 (8 B)"


def test_a_way_back_to_what_is_above_is_not_followed():
    parent = Box(cell=Cell(jnp.ones(2)))
    child = Box(parent=parent, cell=Cell(jnp.ones(1)))
    parent.child = child

    assert describe_size(child, {id(parent)}) == "Cell: 1 (4 B)"
    assert describe_size(parent, set()) == "Cell: 3 (12 B)"


def test_types_can_be_counted_together(monkeypatch):
    monkeypatch.setattr(_sizes, "_together", [])
    _sizes.count_together(Cell)
    node = Box(a=Cell(jnp.ones(2)), b=Special(jnp.ones(3)))

    assert describe_size(node, set()) == "Cell: 5 (20 B)"


def test_a_thing_without_cells_has_no_size():
    assert describe_size(Box(a=jnp.ones(2)), set()) == ""
    assert describe_size(3, set()) == ""


def test_what_cannot_be_measured_has_no_size():
    cell = Cell(1)
    del cell.content

    assert describe_size(cell, set()) == ""
    assert describe_size(Box(a=cell), set()) == ""


def test_elements_and_bytes_are_spelled_for_people():
    assert show_size((1234567, 4 * 2**20)) == "1,234,567 (4 MiB)"

import dataclasses
import gc
import weakref

import jax.numpy as jnp
import pytest

from ramie.graph.errors import ImmutableContainerError
from ramie.graph.extend import LeafGroup, Slot, view_of

from .kinds import CELL, Box, Cell, Point


@pytest.mark.parametrize(
    ("node", "key"),
    [(Box(a=jnp.ones(1)), "a"), ({"a": jnp.ones(1)}, "a"), ([0, jnp.ones(1)], 1)],
)
def test_a_slot_reads_and_writes_one_item(node, key):
    slot = Slot(node, key)
    new = jnp.zeros(1)

    old = slot.read()
    slot.write(new)

    assert old.tolist() == [1.0]
    assert slot.read() is new
    assert slot.node is node


@pytest.mark.parametrize("node", [(jnp.ones(1),), Point(jnp.ones(1), 0)])
def test_an_immutable_node_is_not_written(node):
    slot = Slot(node, 0 if type(node) is tuple else "y")

    with pytest.raises(ImmutableContainerError, match=r"Wrap the array in a"):
        slot.write(jnp.zeros(1))

    assert slot.read() is node[0]


def test_a_slot_of_what_is_gone_says_so():
    with pytest.raises(KeyError, match=r"b"):
        Slot({"a": 1}, "b").read()


def test_a_slot_does_not_keep_its_node_alive():
    box = Box(a=jnp.ones(1))
    slot, reference = Slot(box, "a"), weakref.ref(box)

    gc.disable()
    try:
        del box
        assert reference() is None
        assert slot.node is None
    finally:
        gc.enable()


def test_a_view_has_slots_for_arrays_and_cells_for_cells():
    box = Box(a=jnp.ones(1), b=Cell(jnp.zeros(1)))

    view = view_of(box)

    assert isinstance(view.leaves[0], Slot)
    assert view.leaves[1] is box.b
    assert view.read() == [box.a, box.b.content]
    assert view.kind is None


def test_a_group_is_read_at_once_by_a_kind_that_can():
    def read_all(cells):
        asked.append(list(cells))
        return [cell.content for cell in cells]

    asked = []
    kind = dataclasses.replace(CELL, read_all=read_all)
    cells = [Cell(1), Cell(2), Cell(3)]
    group = LeafGroup(cells, [kind] * 3)

    assert group.read() == [1, 2, 3]
    assert group.pick([2, 0]).read() == [3, 1]
    assert asked == [cells, [cells[2], cells[0]]]


def test_a_group_of_several_kinds_is_read_one_by_one():
    fast = dataclasses.replace(CELL, read_all=lambda cells: ["wrong" for _ in cells])

    assert LeafGroup([Cell(1), Cell(2)], [CELL, fast]).read() == [1, 2]

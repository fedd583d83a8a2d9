import collections

import jax
import jax.numpy as jnp

from ramie.graph import clone, graphdef, merge, paranoid, split, state, update
from ramie.graph.extend import view_of

from .kinds import Box, Cell, Pair, Point


def test_a_namedtuple_comes_back():
    point = Point(y=Cell(jnp.ones(1)), x=jnp.zeros(1))

    back = merge(*split(point))

    assert type(back) is Point
    assert back.y is point.y
    assert back.x is point.x


def test_keys_are_field_names():
    assert graphdef(Point(y=Cell(1), x=Cell(2))).paths == (("y",), ("x",))
    assert graphdef(Pair(Cell(1), Cell(2))).paths == (("left",), ("right",))


def test_fields_that_are_not_in_key_order_keep_their_values():
    point = Point(y=Cell(1), x=Cell(2))
    structure, leaves = split(point)

    back = merge(structure, jax.tree.map(lambda cell: cell, leaves))

    assert (back.y, back.x) == (point.y, point.x)


def test_a_registered_dataclass_comes_back_with_its_static_field():
    pair = Pair([jnp.ones(1)], None, name="n")

    back = clone(pair, arrays=False)

    assert (type(back), back.name, back.right) == (Pair, "n", None)
    assert back.left is not pair.left
    assert back.left[0] is pair.left[0]


def test_other_mappings_come_back():
    ordered = collections.OrderedDict(b=jnp.ones(1), a=Cell(2))
    default = collections.defaultdict(list, x=[Cell(3)])

    assert merge(*split(ordered)) == ordered
    assert clone(default, variables=False) == default
    assert state(default)["x"][0] is default["x"][0]


class Custom:
    """A pytree without key paths."""

    def __init__(self, *items):
        self.items = items


jax.tree_util.register_pytree_node(
    Custom, lambda node: (node.items, None), lambda _, items: Custom(*items)
)


def test_a_pytree_without_keys_counts_its_children():
    custom = Custom(Cell(1), {"a": Cell(2)})

    structure, leaves = split(custom)

    assert structure.paths == ((0,), (1, "a"))
    assert merge(structure, leaves).items[0] is custom.items[0]


def test_cells_in_a_pytree_are_shared():
    cell = Cell(jnp.ones(1))
    node = Box(a=Point(cell, 1), b=Pair(cell, 2))

    twin = clone(node)

    assert twin.a.y is twin.b.left
    assert twin.a.y is not cell


def test_a_pytree_in_a_cycle_comes_back():
    box = Box(cell=Cell(jnp.ones(1)))
    box.point = Point(box, [box])

    twin = clone(box)

    assert twin.point.y is twin
    assert twin.point.x[0] is twin


def test_an_edit_of_a_dataclass_is_noticed():
    box = Box(pair=Pair(Cell(1), 2))

    with paranoid(False):
        before = view_of(box)
        box.pair.left = Cell(1)
        after = view_of(box)

    assert after is not before
    assert after.leaves == [box.pair.left]


def test_an_edit_of_a_static_field_is_noticed():
    box = Box(pair=Pair(1, 2, name="a"))

    with paranoid(False):
        before = graphdef(box)
        box.pair.name = "b"
        after = graphdef(box)

    assert after is not before
    assert after is graphdef(Box(pair=Pair(1, 2, name="b")))


def test_a_cell_in_a_pytree_is_updated():
    point = Point(Cell(jnp.ones(1)), 0)

    update(point, {"y": jnp.zeros(1)})

    assert point.y.content.tolist() == [0.0]


def test_no_children_is_a_graph_too():
    assert merge(*split(Custom())).items == ()

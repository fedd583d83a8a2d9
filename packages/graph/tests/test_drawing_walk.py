import jax
import jax.numpy as jnp

from ramie.graph import draw
from ramie.graph._drawing_walk import figure_of

from .kinds import Box, Cell


def arrows(figure):
    return [
        (arrow.source, arrow.target, arrow.label, arrow.way) for arrow in figure.arrows
    ]


def test_a_second_way_is_shared_and_one_to_an_ancestor_a_cycle():
    cell = Cell(1)
    root = Box(a=Box(cell=cell), b=Box(cell=cell))
    root.b.up = root

    assert arrows(figure_of(root, None)) == [
        (0, 1, "a", "first"),
        (1, 2, "cell", "first"),
        (0, 3, "b", "first"),
        (3, 2, "cell", "shared"),
        (3, 0, "up", "cycle"),
    ]


def test_an_object_that_holds_itself_is_a_cycle():
    root = Box()
    root.me = root

    assert arrows(figure_of(root, None)) == [(0, 0, "me", "cycle")]


def test_ways_out_of_a_folded_box_are_gathered():
    root = Box(z=0)
    root.a = Box(one=Box(up=root), two=Box(up=root, one=None))
    root.a.two.one = root.a.one

    figure = figure_of(root, 1)

    assert arrows(figure) == [(0, 1, "a", "first"), (1, 0, "one/up +1", "cycle")]
    assert figure.boxes[1].role == "folded"


def test_a_folded_box_counts_what_it_stands_for():
    layer = Box(kernel=Cell(jnp.ones((2, 3))), bias=jnp.ones(3))
    root = [Box(layer=layer, again=layer)]

    box = figure_of(root, 1).boxes[1]

    assert (box.title, box.lines) == ("Box", ("1 cell", "1 array", "36 B"))


def test_a_node_without_children_is_not_folded():
    assert [box.role for box in figure_of([Box(n=1)], 1).boxes] == ["node", "node"]


def test_the_first_statics_are_shown_and_those_that_are_none_last():
    node = {"a": None, **{f"k{i}": i for i in range(9)}}

    assert figure_of(node, None).boxes[0].lines == (
        *(f"k{i}={i}" for i in range(4)),
        "… 6 more",
    )


def test_a_cell_is_shown_with_its_type_and_size_whatever_it_holds():
    cells = [Cell(jnp.ones((2, 3))), Cell(jax.random.key(0)), Cell("text"), Cell(2)]

    lines = [box.lines for box in figure_of(cells, None).boxes[1:]]

    assert lines == [
        ("float32[2,3] · 24 B",),
        ("key<fry>[] · 8 B",),
        ("'text'",),
        ("2",),
    ]


def test_a_lone_cell_can_be_drawn():
    assert repr(draw(Cell(jnp.ones(2)))) == "Drawing(Cell: 0 nodes · 1 cell · 8 B)"


def test_a_graph_is_drawn_while_it_is_traced():
    seen = []

    jax.jit(lambda x: seen.append(draw([x]).svg))(jnp.ones(3))

    assert "float32[3] · 12 B" in seen[0]

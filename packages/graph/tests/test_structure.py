import jax.numpy as jnp
import pytest

from ramie.graph import graphdef, split_context

from .kinds import Box, Cell


def lines(node):
    return repr(graphdef(node)).splitlines()


class Config:
    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text


def test_types_numbers_statics_sharing_and_metadata_are_shown():
    cell = Cell(jnp.ones(2), note="n", axes=("a", None))
    layer = Box(kernel=cell, size=(2, (3, 4)), rate=0.1)
    root = Box(first=layer, second=layer, tied=cell, x=jnp.ones(1))
    root.me = root

    assert lines(root) == [
        "GraphDef( # 4 nodes, 1 cell, 1 array",
        "  Box #0",
        "    first: Box #1",
        "      rate=0.1, size=(2, (3, 4))",
        "      kernel: Cell #2 axes=('a', None) note='n'",
        "    me: → #0",
        "    second: → #1",
        "    tied: → #2",
        "    x: <array>",
        ")",
    ]


def test_a_tuple_that_holds_something_is_a_node():
    assert lines(Box(pair=(1, Cell(2)))) == [
        "GraphDef( # 2 nodes, 1 cell",
        "  Box #0",
        "    pair: tuple #1",
        "      0=1",
        "      1: Cell #2",
        ")",
    ]


def test_static_values_share_lines_that_fit_a_terminal():
    text = lines(Box(**{f"attribute_{n}": "x" * 20 for n in range(6)}))

    assert text[2:-1] == [
        f"    attribute_{n}='{'x' * 20}', attribute_{n + 1}='{'x' * 20}'"
        + ("," if n < 4 else "")
        for n in (0, 2, 4)
    ]


def test_a_long_static_value_is_one_short_line():
    text = lines(Box(config=Config("x\n" * 1000)))

    assert len(text) == 4
    assert len(text[2]) < 130


def test_a_metadata_of_any_form_is_shown():
    text = repr(graphdef(Box(a=Cell(1), b=Cell(1, n=2))))

    assert "a: Cell #1\n" in text
    assert "b: Cell #2 n=2\n" in text


@pytest.mark.parametrize("count", [500, 5000])
def test_of_many_children_the_first_are_shown(count):
    text = lines(Box(layers=[Box(cell=Cell(n), n=n) for n in range(count)]))

    assert text[0] == f"GraphDef( # {count + 2:,} nodes, {count:,} cells"
    assert text[3] == "      0: Box #2"
    assert text[-2] == f"      … {count - 24:,} more"
    assert len(text) < 100


def test_of_a_large_structure_the_outer_nodes_are_opened():
    def tower(height):
        if height == 0:
            return Box(n=1)
        return Box(a=tower(height - 1), b=tower(height - 1), c=tower(height - 1))

    text = lines(tower(7))

    assert 200 < len(text) < 500
    assert sum("… 3 attributes" in line for line in text) > 50
    assert not any("n=1" in line for line in text)


def test_a_deep_structure_is_no_problem():
    box = Box(n=1)
    for _ in range(5000):
        box = Box(inner=box)

    assert len(lines(box)) < 300


def test_an_empty_node_that_is_folded_says_nothing():
    text = lines(Box(**{f"a{n:03}": [Box()] * 20 for n in range(20)}))

    assert not any("… 0 attributes" in line for line in text)


def test_an_object_of_an_earlier_graph_is_a_reference():
    cell = Cell(1)
    with split_context() as context:
        context.split(Box(cell=cell))
        second, _ = context.split(Box(again=cell, n=1))

    assert repr(second).splitlines() == [
        "GraphDef( # 1 node, 1 reference",
        "  Box #0",
        "    n=1",
        "    again: → #1 of an earlier graph",
        ")",
    ]

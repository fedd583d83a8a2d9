import itertools

import jax.numpy as jnp
import pytest

from ramie.graph._drawing_layout import lay_out, text_width
from ramie.graph._drawing_walk import figure_of

from .kinds import Box, Cell


def overlap(one, other):
    return (
        one.x < other.right
        and other.x < one.right
        and one.y < other.bottom
        and other.y < one.bottom
    )


def crosses(place, start, end):
    """Whether a line along an axis enters a box; touching its border is fine."""
    (x, right), (y, bottom) = map(sorted, zip(start, end, strict=True))
    return (
        x < place.right - 0.1
        and right > place.x + 0.1
        and y < place.bottom - 0.1
        and bottom > place.y + 0.1
    )


def tangled():
    """Shared cells and nodes, cycles, and a box that is taller than its children."""
    cell = Cell(jnp.ones((2, 3)))
    inner = Box(kernel=cell, bias=jnp.zeros(3), a=1, b=2, c=3, d=4, e=5, f=6)
    root = Box(first=inner, second=[Box(cell=cell, inner=inner), inner], third={})
    inner.up = root
    root.third["me"] = root.third
    root.last = Box(kernel=cell, deep=[[[Cell(1)]]], inner=inner)
    return root


@pytest.mark.parametrize("depth", [None, 0, 1, 2])
def test_nothing_overlaps(depth):
    layout = lay_out(figure_of(tangled(), depth))

    places = [*layout.boxes, *layout.stubs.values()]
    assert not any(itertools.starmap(overlap, itertools.combinations(places, 2)))


@pytest.mark.parametrize("depth", [None, 1, 2])
def test_the_line_to_a_shared_object_crosses_no_box(depth):
    layout = lay_out(figure_of(tangled(), depth))
    places = [*layout.boxes, *layout.stubs.values()]

    hit = [
        (place, start, end)
        for corners in layout.lanes.values()
        for start, end in itertools.pairwise(corners)
        for place in places
        if crosses(place, start, end)
    ]

    assert layout.lanes
    assert hit == []


def test_everything_is_on_the_sheet():
    layout = lay_out(figure_of(tangled(), None))
    points = [point for corners in layout.lanes.values() for point in corners]
    points += [(place.right, place.bottom) for place in layout.boxes]

    assert all(0 < x < layout.width and 0 < y < layout.height for x, y in points)


def test_a_deep_graph_has_a_place_for_each():
    node = [1]
    for _ in range(3_000):
        node = [node]

    assert len(lay_out(figure_of(node, None)).boxes) == 3_001


def test_wide_characters_take_two_places():
    assert text_width("漢字") == text_width("abcd")

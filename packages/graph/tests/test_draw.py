import xml.etree.ElementTree as ET

import jax.numpy as jnp
import pytest

from ramie.graph import draw
from ramie.graph.errors import DrawingDepthError, DrawingFormatError, UnknownNodeError

from .kinds import Box, Cell


def texts(drawing):
    """Every piece of text in the picture, which must be well-formed XML."""
    return [piece.strip() for piece in ET.fromstring(drawing.svg).itertext()]


def net():
    shared = Box(kernel=Cell(jnp.ones((2, 3))), units=3)
    root = Box(first=shared, second=shared)
    root.me = root
    return root


def test_the_picture_names_types_keys_and_sizes():
    shown = " ".join(texts(draw(net())))

    assert "Box" in shown
    assert "kernel" in shown
    assert "units=3" in shown
    assert "24 B" in shown


def test_an_object_has_one_box_and_further_ways_to_it_are_marks():
    drawing = draw(net())

    assert (
        repr(drawing) == "Drawing(Box: 2 nodes · 1 cell · 24 B · 2 further references)"
    )
    assert [text for text in texts(drawing) if text == "first/kernel"] == [
        "first/kernel"
    ]
    assert any("<root>" in text and text != "<root>" for text in texts(drawing))


def test_below_the_depth_everything_is_folded():
    whole, folded = texts(draw(net())), texts(draw(net(), depth=1))

    assert "first/kernel" in whole
    assert "first/kernel" not in folded


def test_text_is_escaped():
    node = {"a": "<b> & 'c'"}

    assert any("<b> & 'c'" in text for text in texts(draw(node)))


def test_a_drawing_is_the_same_each_time():
    assert draw(net()).svg == draw(net()).svg
    assert draw(net()).dot == draw(net()).dot


def test_the_dot_text_has_an_edge_for_each_key():
    dot = draw(net()).dot

    assert dot.startswith("digraph")
    assert dot.count("->") == 4


@pytest.mark.parametrize("suffix", ["svg", "html", "dot"])
def test_a_file_is_written_in_the_format_of_its_suffix(tmp_path, suffix):
    drawing = draw(net())
    file = tmp_path / f"net.{suffix}"

    drawing.save(file)

    assert file.read_text("utf-8") == getattr(drawing, suffix)
    assert str(draw(net(), format=suffix)) == getattr(drawing, suffix)


def test_a_notebook_is_given_svg_and_html():
    drawing = draw(net())

    assert drawing._repr_svg_() == drawing.svg
    assert drawing.svg in drawing._repr_html_()


def test_what_cannot_be_drawn_is_refused(tmp_path):
    with pytest.raises(DrawingFormatError, match="png"):
        draw(net()).save(tmp_path / "net.png")
    with pytest.raises(DrawingFormatError, match="pdf"):
        draw(net(), format="pdf")
    with pytest.raises(DrawingDepthError, match="-1"):
        draw(net(), depth=-1)
    with pytest.raises(UnknownNodeError):
        draw(3)

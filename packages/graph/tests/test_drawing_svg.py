import xml.etree.ElementTree as ET

import jax.numpy as jnp
import pytest

from ramie.graph import draw
from ramie.graph._drawing_svg import escape

from .kinds import Box, Cell, Special


@pytest.mark.parametrize("text", ["\x00", "\ud800", "<&>\"'", "\x1b[1m", "\uffff"])
def test_any_text_can_stand_in_the_picture(text):
    svg = draw({text: {"a": Cell(1)}}).svg

    ET.fromstring(svg.encode())


def test_what_xml_cannot_say_is_marked():
    assert escape("a\x00<") == "a\ufffd&lt;"


def test_each_type_of_cell_has_its_colour():
    svg = draw([Cell(jnp.ones(1)), Special(jnp.ones(1)), Cell(jnp.ones(1))]).svg

    assert svg.count('fill="#e0f2fe"') == 3  # two cells and the legend
    assert svg.count('fill="#dcfce7"') == 2


def test_the_legend_explains_only_what_is_there():
    plain, cyclic = Box(a=1), Box()
    cyclic.me = cyclic

    assert "back to an ancestor" not in draw(plain).svg
    assert "back to an ancestor" in draw(cyclic).svg
    assert "shared object" not in draw(cyclic).svg

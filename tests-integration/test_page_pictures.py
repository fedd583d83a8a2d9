"""Pages are run when they are built, and what draws itself is a picture there."""

import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
PAGE = """
>>> import sys
>>> 1 / 0
Traceback (most recent call last):
ZeroDivisionError: division by zero
>>> print("not shown")
not shown
>>> from ramie.graph import draw
>>> draw({"a": [1]})
Drawing(dict: ...)
>>> from ramie.training.loop import draw_curves
>>> draw_curves([{"step": 1, "loss": 2.0}])
<Figure size 576x384 with 1 Axes>
"""


@pytest.fixture(scope="module")
def pictures_in():
    return runpy.run_path(str(DOCS / "_pictures.py"))["pictures_in"]


def test_graphs_and_figures_are_drawn_and_the_rest_is_quiet(pictures_in, capsys):
    pictures = list(pictures_in(PAGE))

    graph, figure = (html for _, html in pictures)
    assert [source for source, _ in pictures] == [
        'draw({"a": [1]})\n',
        'draw_curves([{"step": 1, "loss": 2.0}])\n',
    ]
    assert "<svg" in graph
    assert figure.startswith("<svg")
    assert capsys.readouterr().out == ""


def test_an_example_that_fails_unexpectedly_stops_the_build(pictures_in):
    with pytest.raises(NameError, match="nobody"):
        list(pictures_in(">>> nobody\n" + PAGE))


def test_a_page_without_pictures_is_not_run(pictures_in):
    assert list(pictures_in(">>> nobody\n")) == []


def test_sharing_is_a_picture_in_the_explanation_of_graphs(pictures_in):
    page = DOCS / "explain" / "objects-and-arrays.md"

    pictures = [html for _, html in pictures_in(page.read_text("utf-8"))]

    assert len(pictures) == 2
    assert all("1 further reference" in html for html in pictures)

import io

import pytest

from ramie.training.loop._displays import Lines, RichBar


def test_a_line_that_would_say_the_same_is_left_out():
    page = io.StringIO()
    lines = Lines("", 3, page)

    for done, text in [(1, ""), (1, ""), (1, "loss 1"), (2, "loss 1")]:
        lines.draw(done, text)
    lines.close()

    found = [line.split(", ") for line in page.getvalue().splitlines()]
    assert [(line[0], line[3:]) for line in found] == [
        ("1/3", []),
        ("1/3", ["loss 1"]),
        ("2/3", ["loss 1"]),
    ]


def test_bars_on_different_files_are_apart():
    pytest.importorskip("rich")
    pages = io.StringIO(), io.StringIO()
    bars = [RichBar(f"bar {n}", 2, page) for n, page in enumerate(pages)]

    for bar in bars:
        bar.draw(2, "done")
        bar.close()

    assert ["bar 0" in page.getvalue() for page in pages] == [True, False]
    assert RichBar._together == []

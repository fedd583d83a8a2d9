import sys

import pytest

from ramie.module.errors import RichMissingError
from ramie.module.summary import Table, _render, render

ROWS = [["1", "float32[2,3]"]]
TABLE = Table("Title", ["number", "of"], ROWS, ["Total", "1"], "All: 1")


def rendered(**given):
    looks = ("table_kwargs", "column_kwargs", "console_kwargs")
    return render(TABLE, **{name: given.get(name, {}) for name in looks})


@pytest.fixture
def without_rich(monkeypatch):
    monkeypatch.setattr(_render, "find_spec", lambda _: None)


def test_without_rich_a_table_is_plain(without_rich):
    assert rendered() == f"{TABLE}\n"


@pytest.mark.parametrize("name", ["table_kwargs", "column_kwargs", "console_kwargs"])
def test_without_rich_its_arguments_are_refused(without_rich, name):
    with pytest.raises(RichMissingError, match=r"x is for rich.*\[summary\]"):
        rendered(**{name: {"x": 1}})


@pytest.fixture
def rich():
    return pytest.importorskip("rich")


def test_rich_draws_boxes_and_takes_no_cell_for_markup(rich):
    lines = [line.strip() for line in rendered().splitlines()]

    assert lines[0] == "Title"
    assert lines[1] == "┏━━━━━━━━┳━━━━━━━━━━━━━━┓"
    assert "│ 1      │ float32[2,3] │" in lines
    assert "│  Total │ 1            │" in lines
    assert lines[-1] == "All: 1"


def test_arguments_for_rich_reach_it(rich):
    from rich import box

    text = rendered(
        table_kwargs={"box": box.ASCII, "title": "Mine", "show_lines": False},
        column_kwargs={"justify": "right"},
        console_kwargs={"width": 27},
    )

    assert "Mine" in text
    assert "|      1 | float32[2,3] |" in text
    assert max(map(len, text.splitlines())) <= 27


def test_colours_are_for_terminals(rich, monkeypatch):
    assert "\x1b" not in rendered()
    assert "\x1b" in rendered(console_kwargs={"force_terminal": True})

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)

    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b" in rendered()


def test_a_wide_table_is_not_squeezed(rich):
    wide = Table("T", ["x" * 200], [], ["Total"], "All")

    text = render(wide, table_kwargs={}, column_kwargs={}, console_kwargs={})

    assert "x" * 200 in text

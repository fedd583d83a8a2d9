from ramie.graph._repr._layout import Block, render
from ramie.graph.extend import show_block


def test_a_block_has_one_item_a_line():
    text = show_block("Outer", [show_block("Inner", ["a=1"]), "b=2"])

    assert text.splitlines() == [
        "Outer(",
        "  Inner(",
        "    a=1",
        "  ),",
        "  b=2",
        ")",
    ]


def test_an_empty_block_takes_one_line():
    assert show_block("Empty", []) == "Empty()"
    assert show_block("State", [], "({})") == "State({})"


def test_a_text_is_its_own_layout():
    assert render("text") == "text"


def test_an_inner_block_that_fits_takes_one_line():
    pair = Block("", [("", "1"), ("", "2")])
    inner = Block("Inner", [("size=", pair), ("n=", "1")], size="4 B")

    assert render(Block("Outer", [("a=", inner), ("b=", inner)])).splitlines() == [
        "Outer(",
        "  a=Inner(size=(1, 2), n=1),  # 4 B",
        "  b=Inner(size=(1, 2), n=1)  # 4 B",
        ")",
    ]


def test_an_inner_block_that_is_too_wide_takes_more_lines():
    inner = Block("Inner", [("a=", "x" * 40), ("b=", "y" * 40)], size="4 B")

    assert render(Block("Outer", [("in=", inner)])).splitlines() == [
        "Outer(",
        "  in=Inner( # 4 B",
        f"    a={'x' * 40},",
        f"    b={'y' * 40}",
        "  )",
        ")",
    ]


def test_no_line_that_could_be_broken_is_wider_than_a_terminal():
    for width in range(20, 74):
        inner = Block("Inner", [("a=", "x" * width), ("b=", "1")], size="4 B")

        assert max(map(len, render(Block("O", [("in=", inner)])).splitlines())) <= 80


def test_a_size_or_a_line_break_within_keeps_a_block_open():
    sized = Block("Sized", [("n=", "1")], size="4 B")
    long = Block("Long", [("text=", "a\nb")])

    inner = Block("In", [("x=", sized), ("y=", long)])

    assert render(Block("", [("", inner)])).splitlines() == [
        "(",
        "  In(",
        "    x=Sized(n=1),  # 4 B",
        "    y=Long(",
        "      text=a",
        "      b",
        "    )",
        "  )",
        ")",
    ]


def test_a_lone_item_of_a_tuple_has_a_comma():
    one = Block("", [("", "1")], comma=True)

    assert render(one) == "(\n  1,\n)"
    assert render(Block("T", [("x=", one)])) == "T(\n  x=(1,)\n)"


def test_no_line_ends_with_spaces():
    assert render(Block("T", [("x=", "a\n\nb")])) == "T(\n  x=a\n\n  b\n)"

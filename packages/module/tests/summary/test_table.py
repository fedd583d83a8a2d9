import pytest

from ramie.module.summary import Table, show_size


def test_a_table_aligns_cells_of_several_lines():
    table = Table(
        "Net Summary",
        ["path", "Param"],
        [["", "w: float32[2]\n\n2 (8 B)"], ["inner", ""]],
        ["Total", "2 (8 B)"],
        "All",
    )

    assert str(table).splitlines() == [
        "Net Summary",
        "",
        " path  │ Param",
        "───────┼───────────────",
        "       │ w: float32[2]",
        "       │",
        "       │ 2 (8 B)",
        "───────┼───────────────",
        " inner │",
        "───────┼───────────────",
        " Total │ 2 (8 B)",
        "",
        "All",
    ]


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 KB"),
        (23236, "23.2 KB"),
        (7_000_000_000, "7.0 GB"),
        (10**18, "1000.0 PB"),
    ],
)
def test_bytes_go_in_steps_of_a_thousand(size, shown):
    assert show_size(1, size) == f"1 ({shown})"

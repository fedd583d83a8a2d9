"""Table: a title, columns and cells as texts, and how it looks without colours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

UNITS = ("B", "KB", "MB", "GB", "TB", "PB")


@dataclass(frozen=True, slots=True)
class Table:
    """Texts in rows and columns. A cell may have several lines.

    Attributes:
        title: what stands above.
        columns: what stands above each column.
        rows: the cells of each row.
        totals: the cells of the last row; a word among them stands at the right,
            beside the amounts that it names.
        caption: what stands below.

    Example:
        >>> table = Table("Sum", ["of", "n"], [["apples", "1"]], ["All", "1"], "All: 1")
        >>> print(table)
        Sum
        <BLANKLINE>
         of     │ n
        ────────┼───
         apples │ 1
        ────────┼───
            All │ 1
        <BLANKLINE>
        All: 1
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    totals: Sequence[str]
    caption: str

    def __str__(self) -> str:
        """The table with lines between rows and columns."""
        grid = [self.columns, *self.rows, self.totals]
        widths = [
            max(len(line) for cell in column for line in cell.splitlines() or [""])
            for column in zip(*grid, strict=True)
        ]
        totals = zip(self.totals, widths, strict=True)
        grid[-1] = [t.rjust(width) if t.isalpha() else t for t, width in totals]
        between = "┼".join("─" * (width + 2) for width in widths)
        body = f"\n{between}\n".join("\n".join(_lines(row, widths)) for row in grid)
        return f"{self.title}\n\n{body}\n\n{self.caption}"


def show_size(elements: int, size: int) -> str:
    """Elements and bytes, in steps of a thousand.

    Example:
        >>> show_size(5809, 23236), show_size(3, 12)
        ('5,809 (23.2 KB)', '3 (12 B)')
    """
    amount, power = float(size), 0
    while amount >= 1000 and power < len(UNITS) - 1:
        amount, power = amount / 1000, power + 1
    shown = f"{amount:.1f}" if power else f"{size}"
    return f"{elements:,} ({shown} {UNITS[power]})"


def _lines(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    cells = [cell.splitlines() for cell in row]
    for number in range(max(1, *map(len, cells))):
        parts = [
            f" {cell[number] if number < len(cell) else '':<{width}} "
            for cell, width in zip(cells, widths, strict=True)
        ]
        yield "│".join(parts).rstrip()

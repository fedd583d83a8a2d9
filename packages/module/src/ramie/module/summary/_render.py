"""Render: a table as text, drawn by rich where that is installed."""

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from io import StringIO
from typing import Any

from ..errors import RichMissingError
from ._table import Table


def render(
    table: Table,
    *,
    table_kwargs: Mapping[str, Any],
    column_kwargs: Mapping[str, Any],
    console_kwargs: Mapping[str, Any],
) -> str:
    """The text of a table.

    Args:
        table: what to show.
        table_kwargs: for `rich.table.Table`, such as `box`.
        column_kwargs: for each of its columns, such as `justify`.
        console_kwargs: for `rich.console.Console`, such as `width`. Colours are used
            if the output of the program is a terminal, unless `force_terminal` says
            otherwise; the width is what the table needs.

    Raises:
        RichMissingError: rich is not installed, and there are arguments for it.
    """
    if find_spec("rich") is None:
        given = {**table_kwargs, **column_kwargs, **console_kwargs}
        if given:
            raise RichMissingError(sorted(given))
        return f"{table}\n"
    return _by_rich(table, table_kwargs, column_kwargs, console_kwargs)


def _by_rich(
    table: Table,
    table_kwargs: Mapping[str, Any],
    column_kwargs: Mapping[str, Any],
    console_kwargs: Mapping[str, Any],
) -> str:
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    looks: dict[str, Any] = {
        "title": table.title,
        "caption": f"\n{table.caption}",
        "caption_style": "bold",
        "show_lines": True,
        "show_footer": True,
        **table_kwargs,
    }
    drawn = Drawn(**looks)
    for head, total in zip(table.columns, table.totals, strict=True):
        side: Any = "right" if total.isalpha() else None
        drawn.add_column(head, Text(total, justify=side), **column_kwargs)
    for row in table.rows:
        drawn.add_row(*map(Text, row))  # plain: `[2,3]` is no markup
    output = StringIO()
    settings: dict[str, Any] = {
        "force_terminal": sys.stdout.isatty(),
        "force_jupyter": False,
        **console_kwargs,
    }
    console = Console(file=output, **settings)
    if "width" not in settings:
        needed = Console(width=sys.maxsize, file=StringIO()).measure(drawn).maximum
        console.width = needed
    console.print(drawn)
    return output.getvalue()

"""Rows: calls and sizes as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ramie.graph.extend import show_path
from ramie.graph.typing import Path

from ._calls import CallInfo
from ._sizes import Size
from ._table import Table, show_size
from ._tree_text import show_tree


def make_table(
    name: str, calls: Iterable[CallInfo], places: dict[int, Path], sizes: Sequence[Size]
) -> Table:
    """A row for each call, with a column for each type of Variable.

    Args:
        name: of the whole.
        calls: in the order of rows.
        places: the path of each object that is called, by its number.
        sizes: of all Variables.
    """
    calls = list(calls)
    types = sorted({size.type for size in sizes}, key=lambda cls: cls.__name__)
    costs = [
        cost
        for cost in ("flops", "vjp_flops")
        if any(getattr(call, cost) is not None for call in calls)
    ]
    rows = []
    for call in calls:
        place = places[call.object_id]
        row = [show_path(call.path) if call.path else "", call.type.__name__]
        row += [call.inputs_repr, show_tree(call.outputs)]
        found = [getattr(call, cost) for cost in costs]
        row += ["" if cost is None else str(cost) for cost in found]
        spelled = place == call.path
        row += [_cell(place, sizes, cls, spelled) for cls in types]
        rows.append(row)
    columns = ["path", "type", "inputs", "outputs", *costs]
    totals = [*[""] * (len(columns) - 1), "Total"]
    totals += [_cell((), sizes, cls, False) for cls in types]
    return Table(
        f"{name} Summary",
        [*columns, *(cls.__name__ for cls in types)],
        rows,
        totals,
        f"Total Parameters: {_sum(sizes) or show_size(0, 0)}",
    )


def _cell(place: Path, sizes: Sequence[Size], cls: type, spelled: bool) -> str:
    """What a module and those below it hold of one type; its own by name."""
    below = [
        size for size in sizes if size.type is cls and size.path[: len(place)] == place
    ]
    own = [size.text for size in below if spelled and size.owner == place]
    return "\n".join([*own, "", _sum(below)]) if own else _sum(below)


def _sum(sizes: Sequence[Size]) -> str:
    if not sizes:
        return ""
    return show_size(sum(s.elements for s in sizes), sum(s.bytes for s in sizes))

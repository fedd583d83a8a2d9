"""Texts: what stands in the cells of a table of rows."""

from collections.abc import Iterable, Sequence
from typing import Any

import jax

from ramie.module import summary

from ..core.meta import AxisMetadata, Partitioned, unbox
from ._rows import Row, measure


def texts_of(
    rows: Sequence[Row], title: str, collections: Sequence[str], costs: Sequence[str]
) -> summary.Table:
    """Rows as texts, ready to be drawn.

    Args:
        rows: one for each call.
        title: what stands above.
        collections: those that have a column, in order.
        costs: attributes of rows that have a column.
    """
    columns = ["path", "module", "inputs", "outputs", *costs]
    sizes = [row.size_and_bytes(collections) for row in rows]
    sums = [_sum(row[name] for row in sizes) for name in collections]
    totals = [*[""] * (len(columns) - 1), "Total"]
    return summary.Table(
        title,
        [*columns, *collections],
        [_cells(row, collections, costs) for row in rows],
        totals + [summary.show_size(*found) for found in sums],
        f"Total Parameters: {summary.show_size(*_sum(sums))}",
    )


def _sum(amounts: Iterable[tuple[int, int]]) -> tuple[int, int]:
    elements, size = 0, 0
    for more, larger in amounts:
        elements, size = elements + more, size + larger
    return elements, size


def _cells(row: Row, collections: Sequence[str], costs: Sequence[str]) -> list[str]:
    name = type(row.module_copy).__name__
    if row.method != "__call__":
        name = f"{name} ({row.method})"
    texts = map(summary.show_tree, (row.inputs, row.outputs))
    cells = ["/".join(row.path), name, *texts]
    cells += [str(getattr(row, cost)) for cost in costs]
    return cells + [_cell(row, collection) for collection in collections]


def _cell(row: Row, collection: str) -> str:
    own, counted = (
        found.get(collection) for found in (row.module_variables, row.counted_variables)
    )
    if not counted:
        return ""
    amount = summary.show_size(*measure(counted))
    if not own:
        return amount
    boxed = {k: own[k] for k in sorted(own)}
    spelled = jax.tree.map(_leaf, boxed, is_leaf=lambda x: isinstance(x, AxisMetadata))
    return f"{summary.show_tree(spelled)}\n\n{amount}"


def _leaf(leaf: Any) -> Any:
    if not isinstance(leaf, AxisMetadata):
        return leaf
    text = summary.show_tree(unbox(leaf))
    if isinstance(leaf, Partitioned):
        return f"{text} P({', '.join(map(str, leaf.names))})"
    return f"{text} {type(leaf).__name__}"

"""Change the metadata of the cells in a graph: all of them, or none."""

from collections.abc import Callable, Hashable
from typing import Any

from ._filters import to_predicate
from ._registry import cell_kind, is_cell
from ._split import leaf_values
from ._trace import hold_trace
from ._update import check_trace
from ._view import view_of
from .typing import Filter, Path


def redescribe(
    f: Callable[[Path, Any], Hashable], node: Any, /, *, only: Filter = ...
) -> None:
    """Give cells of a graph the metadata that a function of them returns.

    The function is called for every cell, and every cell asked whether it may be
    changed here, before the first one is changed.

    Args:
        f: (path, cell) → its new metadata, in the form in which the cell's kind
            describes it; see `CellKind.describe`.
        node: a module, a cell, or any container of them.
        only: which cells; arrays that a node holds directly have no metadata.

    Raises:
        TraceLevelError: a cell belongs to another JAX trace.
        RefMetadataError: a `jax.Ref` is selected, and gets other than `()`.

    Example:
        >>> from ramie.graph.extend import redescribe
        >>> redescribe(lambda path, cell: (), [jax.new_ref(jnp.ones(2))])
    """
    view = view_of(node)
    selects = to_predicate(only)
    leaves = zip(view.graphdef.paths, leaf_values(view), strict=True)
    changes = [
        (path, cell, f(path, cell))
        for path, cell in leaves
        if is_cell(cell) and selects(path, cell)
    ]
    with hold_trace():
        for path, cell, _ in changes:
            check_trace(cell, path)
        _redescribe_all([(cell, metadata) for _, cell, metadata in changes])


def _redescribe_all(changes: list[tuple[Any, Hashable]]) -> None:
    before = [(cell, cell_kind(cell).describe(cell)) for cell, _ in changes]
    try:
        for cell, metadata in changes:
            cell_kind(cell).redescribe(cell, metadata)
    except BaseException:
        for cell, metadata in before:
            cell_kind(cell).redescribe(cell, metadata)
        raise

"""Is a structure a tree? If not, which cell do two paths lead to?

Only cells matter, and cycles: a shared node that holds neither has nothing that
could be written to through one path and missed through the other.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

from ._graphdef import UNKNOWN, CellDef, Child, GraphDef, NodeDef
from .typing import Key, Path

Shared: TypeAlias = tuple[str, Path, Path]
"""The type of what is shared, and two paths to it."""


def find_shared(graphdef: GraphDef[Any]) -> Shared | None:
    """A cell that two paths lead to, or a node inside itself; None in a tree.

    Remembered by the structure, so that asking again costs nothing.
    """
    if graphdef._shared is UNKNOWN:
        graphdef._shared = _search(graphdef) if _may_share(graphdef) else None
    found: Shared | None = graphdef._shared
    return found


def _may_share(graphdef: GraphDef[Any]) -> bool:
    """Whether any definition is pointed to twice, or the root at all."""
    pointed_to = {0}
    for definition in graphdef.nodes:
        for child in _children(definition):
            if child in pointed_to:
                return True
            pointed_to.add(child)
    return False


def _children(definition: Any) -> list[int]:
    if not isinstance(definition, NodeDef):
        return []
    return [a.index for _, a in definition.attributes if isinstance(a, Child)]


def _search(graphdef: GraphDef[Any]) -> Shared | None:
    """Depth first over all paths; a node without cells is gone through once."""
    nodes = graphdef.nodes
    first: dict[int, Path] = {}
    bare: set[int] = set()  # nodes known to lead to no cell
    keys: list[Key] = []
    stack: list[tuple[int, Iterator[tuple[Key, int]], int]] = []
    cells = 0

    def enter(number: int) -> Shared | None:
        nonlocal cells
        path, definition = tuple(keys), nodes[number]
        cells += isinstance(definition, CellDef)
        if number in first:
            return definition.type.__name__, first[number], path
        first[number] = path
        stack.append((number, _items(definition), cells))
        return None

    enter(0)
    while stack:
        number, items, cells_before = stack[-1]
        for key, child in items:
            if child in bare:
                continue
            keys.append(key)
            if (found := enter(child)) is not None:
                return _first_cell(graphdef, *found, child)
            break
        else:
            stack.pop()
            del keys[-1:]
            if cells == cells_before and not isinstance(nodes[number], CellDef):
                bare.add(number)
    return None


def _items(definition: Any) -> Iterator[tuple[Key, int]]:
    if not isinstance(definition, NodeDef):
        return iter(())
    return iter([(k, a.index) for k, a in definition.attributes if type(a) is Child])


def _first_cell(
    graphdef: GraphDef[Any], name: str, path: Path, again: Path, number: int
) -> Shared:
    """Name the cell below a shared node, which is what users know; or the cycle."""
    if again[: len(path)] == path and len(again) > len(path):
        return name, path, again
    below: Path = ()
    stack: list[tuple[int, Path]] = [(number, ())]
    while stack:
        number, below = stack.pop()
        definition = graphdef.nodes[number]
        if isinstance(definition, CellDef):
            return definition.type.__name__, (*path, *below), (*again, *below)
        stack.extend(
            (child, (*below, key)) for key, child in reversed([*_items(definition)])
        )
    raise AssertionError("a shared node that is no cycle leads to a cell")

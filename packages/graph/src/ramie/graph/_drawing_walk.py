"""From a graph to the boxes and arrows that a picture of it shows.

Every object becomes one box where a walk first meets it; a second way to it becomes
an arrow that is marked as shared, or as a cycle if it leads back to where it came
from. Below the depth that is asked for, all objects together become their topmost
node's box.
"""

from dataclasses import dataclass, field
from typing import Any

from ._drawing_figure import Arrow, Box, Figure, Role
from ._graphdef import CellDef, Child, Definition, GraphDef, Leaf, NodeDef
from ._labels import (
    Link,
    shorten,
    show_bytes,
    show_counts,
    show_link,
    show_many,
    show_type,
    size_of,
)
from ._registry import Static
from ._repr import show_value
from ._view import view_of

MOST_STATICS = 5
"""How many static attributes a box spells out."""


def figure_of(node: Any, depth: int | None) -> Figure:
    """The boxes and arrows of the graph below a node.

    Args:
        node: a node or a cell.
        depth: how many steps from the root a box may be; None for any number.

    Example:
        >>> from ramie.graph._drawing_walk import figure_of
        >>> figure_of({"a": [1], "b": 2}, None).boxes[0].lines
        ('b=2',)
    """
    view = view_of(node)
    return _Collector(view.graphdef, view.read(), depth).figure()


@dataclass(slots=True)
class _Draft:
    """A box in the making."""

    role: Role
    title: str
    link: Link
    lines: list[str] = field(default_factory=list)
    cells: int = 0
    arrays: int = 0
    bytes: int = 0

    def finish(self) -> Box:
        if self.role == "folded":
            self.lines = show_counts(self.cells, self.arrays, self.bytes)
        return Box(self.role, self.title, show_link(self.link), tuple(self.lines))


@dataclass(slots=True)
class _Crossing:
    """All second ways from one box to another that have the same label or fold."""

    source: int
    target: int
    label: str
    meant: Link
    count: int = 1


class _Collector:
    """One walk over the definitions of a graph."""

    def __init__(
        self, graphdef: GraphDef[Any], contents: list[Any], depth: int | None
    ) -> None:
        self.nodes, self.contents, self.depth = graphdef.nodes, contents, depth
        self.drafts: list[_Draft] = []
        self.parents: list[int] = []
        self.arrows: list[tuple[int, int, str] | _Crossing] = []
        self.folded: dict[tuple[int, int], _Crossing] = {}
        self.seen: dict[int, tuple[int, Link]] = {}

    def figure(self) -> Figure:
        self._walk()
        cells = sum(draft.cells for draft in self.drafts)
        arrays = sum(draft.arrays for draft in self.drafts)
        size = sum(draft.bytes for draft in self.drafts)
        arrows = tuple(self._arrows())
        nodes = sum(isinstance(definition, NodeDef) for definition in self.nodes)
        parts = [show_many(nodes, "node"), *show_counts(cells, arrays, size)]
        crossings = [arrow for arrow in self.arrows if isinstance(arrow, _Crossing)]
        if crossings:
            total = sum(crossing.count for crossing in crossings)
            parts.append(show_many(total, "further reference"))
        return Figure(
            self.nodes[0].type.__name__,
            " · ".join(parts),
            tuple(draft.finish() for draft in self.drafts),
            arrows,
        )

    def _walk(self) -> None:
        # Each entry: attribute, its path, the box above, the steps from the root.
        stack: list[tuple[Child | Leaf, Link, int, int]] = [(Child(0), None, -1, 0)]
        while stack:
            entry, link, above, level = stack.pop()
            inside = above >= 0 and self.drafts[above].role == "folded"
            if isinstance(entry, Leaf):
                content = self.contents[entry.leaf]
                box = above if inside else self._add("array", "array", link, above)
                self.drafts[box].arrays += 1
                self._measure(box, content, inside)
                continue
            if entry.index in self.seen:
                self._cross(above, entry.index, link)
                continue
            definition = self.nodes[entry.index]
            box = above if inside else self._enter(definition, link, above, level)
            self.seen[entry.index] = box, link
            if isinstance(definition, CellDef):
                self.drafts[box].cells += 1
                self._measure(box, self.contents[definition.leaf], inside)
                continue
            for key, attribute in reversed(definition.attributes):
                if not isinstance(attribute, Static):
                    stack.append((attribute, (link, key), box, level + 1))

    def _enter(self, definition: Definition, link: Link, above: int, level: int) -> int:
        """Make the box of an object that is met for the first time."""
        name = definition.type.__name__
        if isinstance(definition, CellDef):
            return self._add("cell", name, link, above)
        statics: list[str] = []
        unset: list[str] = []
        folded = False
        for key, attribute in definition.attributes:
            if isinstance(attribute, Static):
                text = shorten(f"{key}={show_value(attribute.value)}")
                (unset if attribute.value is None else statics).append(text)
            elif level == self.depth:
                folded = True
        statics += unset  # what is None says least
        box = self._add("folded" if folded else "node", name, link, above)
        more = len(statics) - MOST_STATICS
        hidden = [f"… {more + 1} more"] if more > 0 else []
        shown = statics[: MOST_STATICS - 1] if hidden else statics
        self.drafts[box].lines = shown + hidden
        return box

    def _add(self, role: Role, title: str, link: Link, above: int) -> int:
        box = len(self.drafts)
        self.drafts.append(_Draft(role, title, link))
        self.parents.append(above)
        if link is not None:
            self.arrows.append((above, box, str(link[1])))
        return box

    def _measure(self, box: int, content: Any, inside: bool) -> None:
        draft = self.drafts[box]
        size, known = size_of(content)
        draft.bytes += size
        if not inside:
            text = show_type(content)
            draft.lines.append(f"{text} · {show_bytes(size)}" if known else text)

    def _cross(self, source: int, number: int, link: Link) -> None:
        """Note a second way to an object; those out of one fold are gathered."""
        target, meant = self.seen[number]
        assert link is not None
        if self.drafts[source].role != "folded":
            self.arrows.append(_Crossing(source, target, str(link[1]), meant))
        elif source != target:
            known = self.folded.get((source, target))
            if known is None:
                label = show_link(link, above=self.drafts[source].link)
                known = _Crossing(source, target, label, meant)
                self.folded[source, target] = known
                self.arrows.append(known)
            else:
                known.count += 1

    def _arrows(self) -> list[Arrow]:
        # Boxes stand in walk order: those below a box follow it without a gap.
        last = list(range(len(self.drafts)))
        for box in range(len(last) - 1, 0, -1):
            above = self.parents[box]
            last[above] = max(last[above], last[box])
        arrows = []
        for arrow in self.arrows:
            if not isinstance(arrow, _Crossing):
                source, target, label = arrow
                arrows.append(Arrow(source, target, label, "first", ""))
                continue
            back = arrow.target <= arrow.source <= last[arrow.target]
            more = f" +{arrow.count - 1}" if arrow.count > 1 else ""
            arrows.append(
                Arrow(
                    arrow.source,
                    arrow.target,
                    arrow.label + more,
                    "cycle" if back else "shared",
                    show_link(arrow.meant),
                )
            )
        return arrows

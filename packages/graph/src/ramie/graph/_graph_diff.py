"""What differs between two graphs, for programs as entries and for people as text."""

import math
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ._facts import SHOWN
from ._keys import show_path
from ._labels import shorten
from ._repr import show_value
from .typing import Path

Aspect: TypeAlias = Literal[
    "type", "only_a", "only_b", "static", "sharing", "metadata", "shape", "value"
]

HEADINGS: dict[Aspect, str] = {
    "type": "another type",
    "only_a": "only in a",
    "only_b": "only in b",
    "static": "another static value",
    "sharing": "shared differently",
    "metadata": "other metadata",
    "shape": "another shape or dtype",
    "value": "another value",
}
"""What the text calls each aspect, in the order of the text."""


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """One thing that differs.

    Attributes:
        aspect: what differs: "type", "only_a", "only_b" (a key that one side has),
            "static", "sharing", "metadata", "shape" (or dtype) or "value".
        path: where.
        a: the first side: a type, a static value, metadata or a content. For
            sharing, the path at which the object was met before, or None if it was
            not. For keys, shapes and things of different kinds, their description.
        b: the second side.
        distance: the largest absolute difference of two values that are numbers.
    """

    aspect: Aspect
    path: Path
    a: Any
    b: Any
    distance: float | None = None

    def __str__(self) -> str:
        """Say it in one line.

        Example:
            >>> from ramie.graph import diff
            >>> str(diff({"n": 1}, {"n": 2}).entries[0])
            'n: 1 → 2'
        """
        where = show_path(self.path)
        if self.aspect == "only_a":
            return f"{where}: {self.a}"
        if self.aspect == "only_b":
            return f"{where}: {self.b}"
        if self.distance is not None:
            return f"{where}: largest difference {self.distance:.3g}"
        show = _show_sharing if self.aspect == "sharing" else _show_side
        return f"{where}: {show(self.a)} → {show(self.b)}"


class GraphDiff:
    """All that differs between two graphs; true if anything does.

    Attributes:
        entries: the differences, in walk order.

    Example:
        >>> from ramie.graph import diff
        >>> print(diff({"n": 1, "x": jnp.ones(2)}, {"n": 2, "x": jnp.zeros(2)}))
        2 differences
          another static value (1)
            n: 1 → 2
          another value (1)
            x: largest difference 1
    """

    __slots__ = ("entries",)

    def __init__(self, entries: tuple[Difference, ...]) -> None:
        """Keep the differences."""
        self.entries = entries

    def __bool__(self) -> bool:
        return bool(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __str__(self) -> str:
        """Group the differences by what differs; the first few of each group."""
        if not self.entries:
            return "no difference"
        count = len(self.entries)
        lines = [f"{count} difference" + "s" * (count > 1)]
        for aspect, heading in HEADINGS.items():
            group = [entry for entry in self.entries if entry.aspect == aspect]
            if aspect == "value":  # the largest first; NaN is larger than all
                group.sort(key=_size, reverse=True)
            if group:
                lines.append(f"  {heading} ({len(group)})")
                lines += [f"    {entry}" for entry in group[:SHOWN]]
            if (more := len(group) - SHOWN) > 0:
                lines.append(f"    … and {more} more")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)


def _size(entry: Difference) -> float:
    distance = entry.distance
    return math.inf if distance is None or math.isnan(distance) else distance


def _show_side(side: Any) -> str:
    return side if isinstance(side, _Described) else shorten(show_value(side), 60)


def _show_sharing(path: Path | None) -> str:
    return "on its own" if path is None else f"the same as {show_path(path)}"


class _Described(str):
    """A description, which is shown without quotes."""

    __slots__ = ()


def described(text: str) -> str:
    """Mark a text as a description of a side, rather than a side that is a text.

    Example:
        >>> from ramie.graph._graph_diff import Difference, described
        >>> str(Difference("shape", ("a",), described("int8[2]"), "int8[2]"))
        "a: int8[2] → 'int8[2]'"
    """
    return _Described(text)

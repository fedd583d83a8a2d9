"""Groups: leaves of one view that a program passes and returns together.

They are picked once for each program and view, and remembered by the view, so that a
warm call reads and writes without looking for anything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ramie.graph.extend import CellKind, FlatView

MOST_REMEMBERED = 64
"""How many programs a view remembers groups for before it starts anew."""


@dataclass(frozen=True, slots=True)
class Group:
    """Some leaves of a view, and their kind if it is one for all."""

    leaves: list[Any]
    kinds: list[CellKind]
    kind: CellKind | None

    def read(self) -> list[Any]:
        """Their contents."""
        if self.kind is not None:
            return list(map(self.kind.read, self.leaves))
        return [
            kind.read(leaf) for kind, leaf in zip(self.kinds, self.leaves, strict=True)
        ]

    def write(self, contents: Iterator[Any]) -> None:
        """Give them the next contents, as many as they are."""
        if self.kind is not None:
            # In C from end to end: no interrupt falls between two writes.
            deque(map(self.kind.write, self.leaves, contents), maxlen=0)
            return
        for kind, leaf, content in zip(self.kinds, self.leaves, contents, strict=False):
            kind.write(leaf, content)


@dataclass(frozen=True, slots=True)
class Groups:
    """The leaves of a view that a program takes and gives back."""

    donated: Group
    kept: Group
    written: Group


def groups_of(
    view: FlatView,
    key: int,
    root: int,
    leaves_of: Callable[[int], tuple[Sequence[int], Sequence[int], Sequence[int]]],
) -> Groups:
    """The groups of a view for a program, in which the view is a certain root."""
    remembered: dict[Any, Groups] = view.notes.setdefault("groups", {})
    found = remembered.get((key, root))
    if found is None:
        if len(remembered) >= MOST_REMEMBERED:
            remembered.clear()
        donated, kept, written = leaves_of(root)
        found = remembered[key, root] = Groups(
            _pick(view, donated), _pick(view, kept), _pick(view, written)
        )
    return found


def _pick(view: FlatView, leaves: Sequence[int]) -> Group:
    return Group(
        [view.leaves[leaf] for leaf in leaves],
        [view.kinds[leaf] for leaf in leaves],
        view.kind,
    )

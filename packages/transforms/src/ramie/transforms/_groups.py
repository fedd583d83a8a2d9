"""Groups: leaves of one view that a program passes and returns together.

They are picked once for each program and view, and remembered by the view, so that a
warm call reads and writes without looking for anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ramie.graph.extend import FlatView, LeafGroup

MOST_REMEMBERED = 64
"""How many programs a view remembers groups for before it starts anew."""


@dataclass(frozen=True, slots=True)
class Groups:
    """The leaves of a view that a program takes and gives back."""

    donated: LeafGroup
    kept: LeafGroup
    written: LeafGroup


def groups_of(
    view: FlatView,
    key: int,
    root: int,
    leaves_of: Callable[[int], tuple[Sequence[int], Sequence[int], Sequence[int]]],
) -> Groups:
    """The groups of a view for a program, in which the view is a certain root."""
    remembered: dict[Any, Groups] = view.notes.get("groups") or {}
    try:
        return remembered[key, root]
    except KeyError:
        if len(remembered) >= MOST_REMEMBERED:
            remembered.clear()
        found = remembered[key, root] = Groups(*map(view.pick, leaves_of(root)))
        view.notes["groups"] = remembered
        return found

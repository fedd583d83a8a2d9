"""Groups: leaves of one view that a program passes and returns together.

They are picked once for each program and view, and remembered by the view, so that a
warm call reads and writes without looking for anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from ramie.graph.extend import FlatView, LeafGroup, at_once

MOST_REMEMBERED = 64
"""How many programs a view remembers groups for before it starts anew."""


class Groups:
    """The leaves of a view that a program takes and gives back.

    Attributes:
        read_donated: reads those that the program may reuse.
        read_kept: reads the others that it takes.
        written: those it gives back.
    """

    __slots__ = ("read_donated", "read_kept", "written")

    def __init__(self, donated: LeafGroup, kept: LeafGroup, written: LeafGroup) -> None:
        self.read_donated, self.read_kept = reader(donated), reader(kept)
        self.written = written


def reader(group: LeafGroup) -> Callable[[], Iterable[Any]]:
    """What reads a group, with as little as possible between a call and the leaves."""
    if not group.leaves:
        return tuple
    if group.kind is None:
        return group.read
    if group.kind.read_all is not None:
        return partial(group.kind.read_all, group.leaves)
    return partial(map, group.kind.read, group.leaves)


def read_groups(groups: Sequence[Groups]) -> tuple[list[Any], list[Any]]:
    """What a program takes of several views, donated and kept, as of one moment."""
    donated: list[Any] = []
    kept: list[Any] = []
    with at_once():
        for group in groups:
            donated += group.read_donated()
            kept += group.read_kept()
    return donated, kept


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

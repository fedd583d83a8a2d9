"""Nest leaves by their paths, and refuse paths that get in each other's way.

A path that has a leaf and leads to other leaves as well would lose one or the other,
whichever comes first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .errors import PathConflictError
from .typing import Key, Path

if TYPE_CHECKING:
    from ._state import State


class Nesting:
    """States within states, made as the leaves to put into them come along.

    Attributes:
        root: the mapping of the outermost state.
    """

    __slots__ = ("_branches", "_made", "cls", "root")

    def __init__(self, cls: type[State[Any]]) -> None:
        """Start empty, and make states of this class."""
        self.cls = cls
        self.root: dict[Key, Any] = {}
        self._made: set[int] = set()
        self._branches: list[tuple[dict[Key, Any], State[Any], Path, int]] = []

    def parent_of(self, path: Path) -> dict[Key, Any]:
        """The mapping that the leaf at a path belongs into.

        Raises:
            PathConflictError: there is a leaf where the path leads through.
        """
        into = self.root
        for depth, key in enumerate(path[:-1]):
            below: Any = into.get(key)
            # By identity: a leaf may be a State, or anything else.
            if id(below) not in self._made:
                if key in into:
                    raise PathConflictError(tuple(path[: depth + 1]), tuple(path))
                below = into[key] = self.cls({}, _copy=False)
                self._made.add(id(below))
                self._branches.append((into, below, path, depth))
            into = below._mapping
        return into

    def check(self) -> None:
        """Raise PathConflictError if a leaf has taken the place of a state."""
        for into, below, path, depth in self._branches:
            if into[path[depth]] is not below:
                raise PathConflictError(tuple(path[: depth + 1]), tuple(path))


def lone_leaf(leaf: Any, others: Nesting, rest: Iterable[tuple[Path, Any]]) -> Any:
    """The leaf at the empty path, or the last of several.

    Args:
        leaf: the first leaf found at the empty path.
        others: what was nested before.
        rest: what comes after.

    Raises:
        PathConflictError: there are leaves at other paths.
    """
    paths = [*others.cls(others.root).flat_state().paths]
    for path, later in rest:
        if path:
            paths.append(tuple(path))
        else:
            leaf = later
    if paths:
        raise PathConflictError((), paths[0])
    return leaf

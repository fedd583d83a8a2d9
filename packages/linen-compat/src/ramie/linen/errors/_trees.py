"""Frozen dicts, and places in trees."""

from typing import Any

from ._base import FlaxError


class FrozenDictError(FlaxError, ValueError):
    """A FrozenDict was to be changed in place."""

    def __init__(self, action: str) -> None:
        """Keep what was tried."""
        super().__init__(
            f"A FrozenDict cannot be changed, and {action} would. Make another with "
            f"frozen.copy({{...}}) or frozen.pop(key), or a dict with unfreeze()."
        )
        self.action = action


class TraverseTreeError(FlaxError, TypeError):
    """A traversal of a tree was given no function to change it or to search it."""

    def __init__(self, update_fn: Any, cond_fn: Any) -> None:
        """Keep what was given for both functions."""
        super().__init__(
            f"A tree is traversed with update_fn, which changes it, or with cond_fn, "
            f"which finds places in it; these are update_fn={update_fn} and "
            f"cond_fn={cond_fn}. Pass a function of a path and a value for one of them."
        )
        self.update_fn, self.cond_fn = update_fn, cond_fn


class TraversalCountError(FlaxError, ValueError):
    """A traversal has other many places than values."""

    def __init__(self, problem: str) -> None:
        """Keep the problem."""
        super().__init__(
            f"A traversal sets one value for each place, and {problem}. Count the "
            f"places with len(list(traversal.iterate(inputs)))."
        )
        self.problem = problem


class CursorFindError(FlaxError, ValueError):
    """A search found several places, or none."""

    def __init__(self, cursor: Any = None, cursor2: Any = None) -> None:
        """Keep the first two places."""
        super().__init__(
            "Nothing fits the condition. Loosen it, or look at all places with "
            "find_all()."
            if cursor is None
            else f"More than one place fits the condition, first {cursor} and "
            f"{cursor2}. Tighten it, or take them all with find_all()."
        )
        self.cursor, self.cursor2 = cursor, cursor2


class CursorWriteError(FlaxError, TypeError):
    """A part of something was written that cannot be copied with a part changed."""

    def __init__(self, path: str, kind: str) -> None:
        """Keep the path and the type of what it is in."""
        super().__init__(
            f"Cannot write {path or 'the root'}: it is in a {kind}, of which a cursor "
            f"makes no changed copy. Cursors write items of dicts, lists, tuples and "
            f"arrays, and fields of dataclasses and named tuples; write what is around."
        )
        self.path, self.kind = path, kind

"""Changing parts of trees that cannot be changed: frozen dicts, states, tuples.

A cursor is a place in a tree. What is written to it gives a new tree, which all cursors
of the first one see; the tree that it began with stays as it was.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from ._cursor_operators import Operators, value_of
from ._cursor_parts import Path, part_at, parts_of, replaced, resolved, updated
from .errors import CursorFindError, TraverseTreeError

__all__ = ["Cursor", "cursor"]

A = TypeVar("A")


def cursor(obj: A) -> "Cursor[A]":
    """A cursor at the root of a tree.

    Args:
        obj: dicts, lists, tuples and dataclasses in each other. Arrays in it can be
            written by element.

    Example:
        >>> from ramie.linen.cursor import cursor
        >>> tree = {"a": 1, "b": (2, [3])}
        >>> place = cursor(tree)
        >>> place["a"] += 1
        >>> place["b"][1][0] = 4
        >>> place.build()
        {'a': 2, 'b': (2, [4])}
        >>> tree
        {'a': 1, 'b': (2, [3])}
    """
    return Cursor(_Root(value_of(obj)), ())


class _Root:
    """The tree that all cursors of it see."""

    def __init__(self, tree: Any) -> None:
        self.tree = tree


class Cursor(Operators, Generic[A]):
    """A place in a tree; `cursor(tree)` makes the first one.

    Items and attributes of it are cursors at what is inside. Arithmetic and comparisons
    are those of the value. Fields that are named like a method here are written and
    read through `find`.
    """

    __slots__ = ("_path", "_root")
    _root: Any
    _path: Any

    def __init__(self, root: Any, path: Path) -> None:
        """Point at a place: steps that are attributes or items, and their names."""
        object.__setattr__(self, "_root", root)
        object.__setattr__(self, "_path", path)

    def build(self) -> A:
        """The value here, with all that was written.

        Example:
            >>> from ramie.linen.cursor import cursor
            >>> cursor({"a": (1, 2)})["a"].build()
            (1, 2)
        """
        value: A = self._root.tree
        for step in self._path:
            value = part_at(value, step)
        return value

    def set(self, value: Any) -> Any:
        """Write a value here, and return the whole tree.

        At the root there is nothing to write to: the value is the tree.

        Raises:
            CursorWriteError: what it is in cannot be copied with a part changed.

        Example:
            >>> from ramie.linen.cursor import cursor
            >>> cursor({"a": (1, 2)})["a"][0].set(3)
            {'a': (3, 2)}
        """
        value = resolved(value)
        if not self._path:
            return value
        self._write(value)
        return self._root.tree

    def apply_update(self, update_fn: Callable[[str, Any], Any]) -> "Cursor[A]":
        """Write what a function makes of each part of the value here.

        Args:
            update_fn: from the path, such as `"params/kernel"`, and the value to the
                new value. What it replaces is not looked into.

        Returns:
            This cursor.

        Raises:
            TraverseTreeError: `update_fn` is no function.

        Example:
            >>> from ramie.linen.cursor import cursor
            >>> def negative(path, value):
            ...     return -value if path.endswith("x") else value
            >>> cursor({"x": 1, "y": {"x": 2, "z": 3}}).apply_update(negative).build()
            {'x': -1, 'y': {'x': -2, 'z': 3}}
        """
        if not callable(update_fn):
            raise TraverseTreeError(update_fn, None)
        self._write(updated(self.build(), update_fn))
        return self

    def find(self, cond_fn: Callable[[str, Any], bool]) -> "Cursor[Any]":
        """The one place whose path and value fulfil a condition.

        Args:
            cond_fn: from the path, such as `"params/kernel"`, and the value to whether
                it is the place. What is inside of a place is not looked at.

        Raises:
            CursorFindError: there is no such place, or several.
            TraverseTreeError: `cond_fn` is no function.

        Example:
            >>> from ramie.linen.cursor import cursor
            >>> cursor({"x": 1, "y": [2]}).find(lambda path, value: value == 2).set(3)
            {'x': 1, 'y': [3]}
        """
        found = self.find_all(cond_fn)
        first, second = next(found, None), next(found, None)
        if first is None:
            raise CursorFindError
        if second is not None:
            raise CursorFindError(first._place(), second._place())
        return first

    def find_all(self, cond_fn: Callable[[str, Any], bool]) -> "Iterator[Cursor[Any]]":
        """All places whose path and value fulfil a condition, as `find` has it.

        Raises:
            TraverseTreeError: `cond_fn` is no function.
        """
        if not callable(cond_fn):
            raise TraverseTreeError(None, cond_fn)
        return self._found("", cond_fn)

    def _found(
        self, before: str, cond_fn: Callable[[str, Any], bool]
    ) -> "Iterator[Cursor[Any]]":
        value = self.build()
        for key in parts_of(value):
            is_item = isinstance(value, (Mapping, list)) or isinstance(key, int)
            place: Cursor[Any] = Cursor(self._root, (*self._path, (not is_item, key)))
            path = f"{before}{key}"
            if cond_fn(path, place.build()):
                yield place
            else:
                yield from place._found(f"{path}/", cond_fn)

    def _place(self) -> str:
        return "/".join(str(name) for _, name in self._path)

    def _write(self, value: Any) -> None:
        self._root.tree = replaced(self._root.tree, self._path, value)

    def __getitem__(self, key: Any) -> "Cursor[Any]":
        """The place of an item; KeyError or IndexError if there is none."""
        return self._inside((False, key))

    def __getattr__(self, name: str) -> "Cursor[Any]":
        """The place of an attribute; AttributeError if there is none."""
        # JAX and numpy look for protocols under such names.
        if name.startswith("__"):
            raise AttributeError(name)
        return self._inside((True, name))

    def _inside(self, step: tuple[bool, Any]) -> "Cursor[Any]":
        part_at(self.build(), step)
        return Cursor(self._root, (*self._path, step))

    def __setitem__(self, key: Any, value: Any) -> None:
        """Write an item."""
        Cursor(self._root, (*self._path, (False, key))).set(value)

    def __setattr__(self, name: str, value: Any) -> None:
        """Write an attribute."""
        Cursor(self._root, (*self._path, (True, name))).set(value)

    def __iter__(self) -> Iterator[Any]:
        """Cursors at the elements of a list or tuple; the keys of a dict."""
        value: Any = self.build()
        if isinstance(value, (list, tuple)):
            places: list[Cursor[Any]] = [self[i] for i in range(len(value))]
            return iter(places)
        keys: Iterator[Any] = iter(value)
        return keys

    def __reversed__(self) -> Iterator[Any]:
        """The same, backwards."""
        places: Iterator[Any] = reversed([*self])
        return places

    def __str__(self) -> str:
        """The text of the value."""
        return str(self.build())

    def __repr__(self) -> str:
        """The value, and that this is a cursor at it."""
        return f"Cursor({self.build()!r})"

"""Closures: what functions close over, as inputs of a program.

The arrays and objects that functions reach are taken out of them, as if they were
arguments. Inside a trace the functions are made anew, around what came in. So a
program that is remembered holds none of them, and sees what they hold now.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from ramie.graph.extend import FlatView, Tracked

from ._crossing import Crossing
from ._function_key import Changeable, FunctionKeys, home_of
from ._parts import Homes, Made, parts_of


class Closure:
    """Some functions, and what they close over.

    Args:
        funs: the functions.

    Attributes:
        key: equal for functions that can share a program.
        arrays: the contents of what they close over: what goes in.

    Raises:
        Changeable: there is no key, so the functions have to be traced as they are.
    """

    __slots__ = ("_crossing", "_found", "arrays", "funs", "key")

    def __init__(self, funs: Sequence[Callable[..., Any]]) -> None:
        """Look at what the functions reach."""
        self.funs, self._found = tuple(funs), FunctionKeys(funs)
        self._crossing: Crossing | None = None
        self.key: Hashable = self._found.keys
        self.arrays: tuple[list[Any], list[Any]] = [], []
        if self._found.captured:
            crossing = Crossing(self._found.captured, {}, graph=True)
            if not all(map(_is_tracked, crossing.views)):
                raise Changeable
            self._crossing = crossing
            self.key = self._found.keys, crossing.entrance
            self.arrays = crossing.contents, crossing.found.values

    @property
    def is_open(self) -> bool:
        """Whether there is anything that goes in."""
        return self._crossing is not None

    def functions(
        self, arrays: tuple[list[Any], list[Any]]
    ) -> tuple[tuple[Callable[..., Any], ...], Callable[[], None]]:
        """The functions around other arrays, and what to call when they were called.

        Args:
            arrays: as `arrays` is.

        Returns:
            The functions; and one that raises Changeable if they changed what they
            close over, because it was a copy.
        """
        if self._crossing is None:
            return self.funs, _no_check
        _, captured, _ = self._crossing.entrance.enter(*arrays)
        new = _Renewal(self._found, captured)
        funs = tuple(map(new.of_function, self.funs))
        return funs, new.check()


def _no_check() -> None:
    """Nothing was copied."""


def _is_tracked(view: FlatView) -> bool:
    """Whether all objects raise an error when they are changed in another trace."""
    found: bool | None = view.notes.get("is_tracked")
    if found is None:
        pairs = zip(view.objects[1:], view.graphdef.nodes[1:], strict=True)
        found = all(
            isinstance(item, Tracked) for item, node in pairs if node.has_identity
        )
        view.notes["is_tracked"] = found
    return found


class _Renewal:
    """Functions made anew, with other things in the place of what is captured."""

    def __init__(self, found: FunctionKeys, captured: Sequence[Any]) -> None:
        self._reaching, self._homes = found.reaching, Homes()
        pairs = zip(found.captured, captured, strict=True)
        self._new: dict[int, Any] = {id(old): new for old, new in pairs}
        self._witnesses: list[Callable[[], list[Any]]] = []

    def of_function(self, fun: Callable[..., Any]) -> Callable[..., Any]:
        """One of the functions."""
        new: Callable[..., Any] = self._of(fun, home_of(fun))
        return new

    def check(self) -> Callable[[], None]:
        """A function that raises Changeable if anything was changed since now."""
        before = [look() for look in self._witnesses]

        def check() -> None:
            for look, then in zip(self._witnesses, before, strict=True):
                now = look()
                if len(now) != len(then) or any(map(operator.is_not, now, then)):
                    raise Changeable

        return check

    def _of(self, value: Any, home: Any) -> Any:
        key = id(value)
        if key in self._new:
            return self._new[key]
        if key not in self._reaching:
            return value
        parts = parts_of(value, home)
        assert parts is not None
        made: Any
        if isinstance(parts, Made):
            children = [self._of(child, home) for child in parts.children]
            made = self._new[key] = parts.make(children)
            return made
        made = self._new[key] = parts.start(
            [
                id(child) in self._new or id(child) in self._reaching
                for child in parts.children
            ],
            self._homes,
        )
        parts.fill(made, [self._of(child, home) for child in parts.children])
        self._witnesses.append(parts.witness(made))
        return made

"""Text of anything: parts laid out in lines, with sizes, each object once.

An object that is met again, because it is shared or part of a cycle, is `Name(...)`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from .._flat_state import FlatState
from .._registry import LEAF, is_cell, is_object, kind_of
from .._state import State
from ._colour import Role, paint
from ._layout import Block, Laid, render
from ._mixin import Shown
from ._parts import Parts, has_own_text, parts_of
from ._sizes import describe_size
from ._values import LARGEST_SHOWN, show_value

DEEPEST = 60
"""Nodes deeper than this are `Name(...)`."""


def show(thing: Any) -> str:
    """The text of an object, made of its parts.

    Example:
        >>> from ramie.graph._repr._text import show
        >>> print(show({"sizes": (2, 3), "x": jnp.ones(2)}))
        {
          'sizes': (2, 3),
          'x': Array([1., 1.], dtype=float32)
        }
    """
    reading = _current.get()
    if reading is not None:  # a text of the user's own asks, in the middle of ours
        return render(reading.show(thing))
    is_large = is_object(thing) and not is_cell(thing)
    reading = _Reading(1 if is_large else LARGEST_SHOWN)
    token = _current.set(reading)
    try:
        return render(reading.show(thing))
    finally:
        _current.reset(token)


class _Reading:
    """One text in the making."""

    def __init__(self, largest: int) -> None:
        self.largest = largest
        # Everything met, by id; kept alive, so that no id is used twice.
        self.met: dict[int, Any] = {}
        self.open: set[int] = set()

    def show(self, thing: Any, parent: Any = None) -> Laid:
        """A thing as a block, or as a text if it has no parts."""
        parts = parts_of(thing)
        if parts is None:
            return self._value(thing)
        if not parts.items:
            return _empty_block(thing, parts, parent)
        if id(thing) in self.met or len(self.open) >= DEEPEST:
            return _again(parts.name, parts.ends)
        with self._opened(thing):
            return self._block(thing, parts, parent)

    def _value(self, thing: Any) -> str:
        cls: Any = type(thing)
        if cls.__repr__ is Shown.__repr__:  # it would ask us again
            return f"<{cls.__name__} object>"
        return paint(_role_of(thing), show_value(thing, self.largest))

    def _block(self, thing: Any, parts: Parts, parent: Any) -> Block:
        block = _empty_block(thing, parts, parent)
        block.comma = type(thing) is tuple and len(parts.items) == 1
        for part in parts.items:
            laid = self._part(part.value, thing)
            if isinstance(laid, str) and kind_of(part.value) is LEAF:
                # JAX and NumPy align the lines of an array to its first.
                laid = laid.replace("\n", "\n" + " " * len(part.label))
            block.items.append((_paint_label(part.label), laid))
        if _has_size(thing, parent):
            block.size = describe_size(thing, self.open - {id(thing)})
        return block

    def _part(self, thing: Any, parent: Any) -> Laid:
        """A part; one whose class has a text of its own is asked for that."""
        if not has_own_text(thing):
            return self.show(thing, parent)
        if id(thing) in self.met or id(thing) in self.open:
            return _again(type(thing).__name__, "()")
        self.open.add(id(thing))
        try:
            return show_value(thing, self.largest)
        finally:
            self.open.discard(id(thing))
            self.met[id(thing)] = thing

    @contextmanager
    def _opened(self, thing: Any) -> Iterator[None]:
        # The same tuple in two places says nothing: it has no identity.
        if type(thing) is not tuple:
            self.met[id(thing)] = thing
        self.open.add(id(thing))
        try:
            yield
        finally:
            self.open.discard(id(thing))


_current: ContextVar[_Reading | None] = ContextVar("ramie_text", default=None)


def _empty_block(thing: Any, parts: Parts, parent: Any) -> Block:
    if isinstance(thing, State) and type(thing) is type(parent):
        return Block("", ends="{}")
    return Block(paint("type", parts.name), ends=parts.ends)


def _again(name: str, ends: str) -> str:
    half = len(ends) // 2
    opening, closing = ("(", ")") if name else (ends[:half], ends[half:])
    return paint("again", f"{name}{opening}...{closing}")


def _has_size(thing: Any, parent: Any) -> bool:
    """Cells and nodes with identity have; of containers and states the outermost."""
    if isinstance(thing, (Mapping, Sequence)):
        return parent is None and isinstance(thing, (State, FlatState))
    return is_object(thing)


def _paint_label(label: str) -> str:
    name = label.rstrip("=: ")
    return paint("name", name) + label[len(name) :]


def _role_of(value: Any) -> Role | None:
    if value is None or isinstance(value, (bool, type)):
        return "word"
    if isinstance(value, str):
        return "text"
    if isinstance(value, (int, float, complex)):
        return "number"
    return "array" if kind_of(value) is LEAF else None

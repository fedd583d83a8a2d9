"""What an object makes of a value that is assigned to it.

A plain list or dict becomes a tracked container; what is marked as data becomes
something JAX traces; what is static is looked through, so that no data hides in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field
from typing import Any

import jax
import jax.numpy as jnp

from ramie.graph.extend import is_node

from ._data import DATA, STATIC, kind_of_mark, value_of_mark
from ._is_data import data_in, is_data
from .errors import NotDataError, StaticDataError

Convert = Callable[[Any], Any]

TRACKED_FORMS: dict[type, tuple[Callable[[], Any], Callable[[Any, Any, Convert], None]]]
TRACKED_FORMS = {}
"""How to make an empty container for a plain one, and how to fill it from it; filled
by `_containers.py`."""

SPECIAL: set[type] = {Field}
"""Types of values that are not stored as they are."""

NUMBERS = (bool, int, float, complex)


def admit(
    owner: str, name: Any, value: Any, declared: str | None
) -> tuple[Any, str | None]:
    """What to store for a value that is assigned, and the kind it is marked as.

    Args:
        owner: the name of the owner's type, for an error.
        name: the attribute.
        value: what is assigned; maybe marked.
        declared: the kind the attribute has already.

    Raises:
        MarkError: a mark without a value.
        NotDataError: something JAX cannot trace, as data.
        StaticDataError: something that holds data, as static.
    """
    kind = declared
    if type(value) is Field and (marked := kind_of_mark(value)) is not None:
        kind, value = marked, value_of_mark(value, marked)
    if kind == STATIC:
        require_no_data(owner, name, value)
        return value, kind
    return (as_data(owner, name, value) if kind == DATA else tracked(value)), kind


def tracked(value: Any, owner: str = "List") -> Any:
    """The value, or the tracked container that stands for a plain one."""
    if type(value) not in SPECIAL:
        return value
    return _Conversion(lambda item: _item_form(owner, item)).of(value)


def _item_form(owner: str, item: Any) -> Any:
    """An item of a container: what marked it is not kept."""
    if type(item) is Field and kind_of_mark(item) is not None:
        return admit(owner, "an item", item, None)[0]
    return item


def as_data(owner: str, name: Any, value: Any) -> Any:
    """The value as something JAX traces.

    Raises:
        NotDataError: it is nothing of the kind.
    """
    converted = _Conversion(_array_of).of(value)
    if converted is None or is_data(converted) or is_node(converted):
        return converted
    raise NotDataError(owner, name, type(value).__name__)


def _array_of(value: Any) -> Any:
    if type(value) in NUMBERS:
        return jnp.asarray(value)
    if type(value) is Field:
        return _array_of(tracked(value))
    if is_node(value) and not is_data(value):
        return jax.tree.map(
            lambda leaf: leaf if is_data(leaf) else _array_of(leaf),
            value,
            is_leaf=is_data,
        )
    return value


class _Conversion:
    """One conversion of plain containers, in which sharing and cycles stay."""

    def __init__(self, convert: Convert) -> None:
        self._convert = convert
        self._made: dict[int, Any] = {}

    def of(self, value: Any) -> Any:
        """The tracked form of a container; of another value what `convert` says."""
        form = TRACKED_FORMS.get(type(value))
        if form is None:
            return self._convert(value)
        if id(value) not in self._made:
            make, fill = form
            new = self._made[id(value)] = make()
            fill(new, value, self.of)
        return self._made[id(value)]


def require_no_data(owner: str, name: Any, value: Any) -> None:
    """Raise StaticDataError if there is data in a value that is to be static.

    A ShapeDtypeStruct is a fact about an array, so it may be static.
    """
    for inside, found in data_in(value):
        if not isinstance(found, jax.ShapeDtypeStruct):
            what = "Array" if isinstance(found, jax.Array) else type(found).__name__
            raise StaticDataError(owner, name, inside, what)

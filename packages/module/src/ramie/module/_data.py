"""Kinds of attributes: data or static, as a class declares or an assignment marks.

A mark is a field of a dataclass, so that `data()` and `static()` serve in an
assignment and as the default of a dataclass field alike. Its metadata say `static`,
as those that `jax.tree_util.register_dataclass` reads do.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias, TypeVar, get_args

from ramie.graph.typing import Missing

from .errors import MarkError

A = TypeVar("A")

DATA, STATIC = "data", "static"
CHILD = "child"
"""What JAX put in the place of data, whatever it is, until it is assigned again."""
Marks: TypeAlias = Mapping[Any, str]
"""Kinds by the names of attributes; what is not named is inferred."""


@dataclasses.dataclass(frozen=True, slots=True)
class Declares:
    """Says in an annotation what kind an attribute is."""

    kind: str


Data: TypeAlias = Annotated[A, Declares(DATA)]
"""`x: Data[list]` declares an attribute to be data."""
Static: TypeAlias = Annotated[A, Declares(STATIC)]
"""`x: Static[int]` declares an attribute to be static."""


def data(value: Any = Missing, /, **options: Any) -> Any:
    """Mark a value as data, or a field of a dataclass.

    What is data is what JAX traces: a number that is marked becomes an array, also
    inside lists, dicts and tuples. The attribute stays data when it is assigned
    again, until it is deleted.

    Args:
        value: what is assigned.
        **options: instead of a value, what `dataclasses.field` takes.

    Raises:
        MarkError: there is a value and there are options.

    Example:
        >>> from ramie.module import Pytree
        >>> class Decay(Pytree):
        ...     def __init__(self, rate):
        ...         self.rate = data(rate)
        >>> jax.tree.leaves(Decay(0.5))
        [Array(0.5, dtype=float32, weak_type=True)]
    """
    return _mark(DATA, value, options)


def static(value: Any = Missing, /, **options: Any) -> Any:
    """Mark a value as static, or a field of a dataclass.

    A static value is part of the structure: it is never walked and never becomes
    anything else, and functions are compiled for it.

    Args:
        value: what is assigned. It may hold no array, Variable or module.
        **options: instead of a value, what `dataclasses.field` takes.

    Raises:
        MarkError: there is a value and there are options.

    Example:
        >>> from ramie.module import Pytree
        >>> class Pooling(Pytree):
        ...     def __init__(self, window):
        ...         self.window = static(window)
        >>> type(Pooling([2, 2]).window).__name__
        'list'
    """
    return _mark(STATIC, value, options)


def _mark(kind: str, value: Any, options: dict[str, Any]) -> Any:
    if value is not Missing:
        if options:
            raise MarkError(kind, "a value and options")
        options = {"default": value}
    metadata = {**options.pop("metadata", {}), "static": kind == STATIC}
    return dataclasses.field(**options, metadata=metadata)


def kind_of_mark(field: dataclasses.Field[Any]) -> str | None:
    """The kind a field stands for, or None if it is no mark."""
    match field.metadata.get("static"):
        case True:
            return STATIC
        case False:
            return DATA
    return None


def value_of_mark(field: dataclasses.Field[Any], kind: str) -> Any:
    """What a mark was given.

    Raises:
        MarkError: it was given nothing.
    """
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    raise MarkError(kind, "no value")


def declared_kinds(cls: type) -> dict[str, str]:
    """The kinds that the body of a class declares, without those of its bases."""
    kinds = {}
    for name, annotation in inspect.get_annotations(cls).items():
        if (kind := _kind_of_annotation(annotation, cls)) is not None:
            kinds[name] = kind
    for name, value in vars(cls).items():
        if isinstance(value, dataclasses.Field):
            kind = kind_of_mark(value)
            if kind is not None:
                kinds[name] = kind
    return kinds


def _kind_of_annotation(annotation: Any, cls: type) -> str | None:
    if isinstance(annotation, str):
        return _kind_of_text(annotation, cls)
    for part in get_args(annotation)[1:]:
        if isinstance(part, Declares):
            return part.kind
    return None


_HEAD = r"\s*((?:\w+\.)*(Data|Static))\b"
_ALIASES = {"Data": (Data, DATA), "Static": (Static, STATIC)}


def _kind_of_text(text: str, cls: type) -> str | None:
    """The kind that an annotation declares which nobody has evaluated yet.

    What it refers to may not exist yet, so only its head is looked up; a head that
    cannot be found, such as a name inside a function, is taken for ours.
    """
    # Most annotations are neither, and a pattern is compiled by its first user.
    if "Data" not in text and "Static" not in text:
        return None
    match = re.match(_HEAD, text)
    if match is None:
        return None
    alias, kind = _ALIASES[match[2]]
    found: Any = vars(sys.modules[cls.__module__])
    try:
        first, *rest = match[1].split(".")
        found = found[first]
        for name in rest:
            found = getattr(found, name)
    except (KeyError, AttributeError):
        return kind
    return kind if found is alias else None

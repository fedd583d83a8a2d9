"""Record: an immutable object with named fields that is a JAX pytree.

A subclass is a frozen dataclass with the fields of its bases and its own. A field is
data, unless `static_field()` made it: then it is part of the structure.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Self, dataclass_transform

import jax

from ._portable import Portable

STATIC = {"pytree_node": False}
"""The metadata of a static field, by the name that Flax users know."""


def static_field(**options: Any) -> Any:
    """A field that is part of the structure: compared and hashed, never traced.

    Args:
        **options: those of `dataclasses.field`.
    """
    metadata = {**options.pop("metadata", {}), **STATIC}
    return dataclasses.field(metadata=metadata, **options)


@dataclass_transform(frozen_default=True, field_specifiers=(static_field,))
class Record:
    """Base class of frozen dataclasses that are pytrees.

    Example:
        >>> class Point(Record):
        ...     x: float
        ...     y: float
        ...     name: str = static_field(default="origin")
        >>> moved = jax.tree.map(lambda leaf: leaf + 1.0, Point(0.0, 0.0))
        >>> moved.replace(name="moved")
        Point(x=1.0, y=1.0, name='moved')
    """

    def __init_subclass__(cls, **options: Any) -> None:
        """Make the subclass a dataclass, and tell JAX about it."""
        super().__init_subclass__(**options)
        dataclasses.dataclass(frozen=True)(cls)
        static = _static_fields(cls)
        data = [f.name for f in dataclasses.fields(cls) if f.name not in static]  # type: ignore[arg-type]  # it is one
        jax.tree_util.register_dataclass(cls, data, static)

    def replace(self, **updates: Any) -> Self:
        """A copy with other values in some fields."""
        return dataclasses.replace(self, **updates)  # type: ignore[type-var]  # likewise

    def __getstate__(self) -> dict[str, Any]:
        """Pickle static fields although they may hold functions made in functions."""
        static = {name: Portable(getattr(self, name)) for name in _static_fields(self)}
        return vars(self) | static


def _static_fields(record: Any) -> list[str]:
    return [
        field.name
        for field in dataclasses.fields(record)
        if not field.metadata.get("pytree_node", True)
    ]

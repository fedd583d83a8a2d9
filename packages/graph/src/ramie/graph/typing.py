"""Names for the types that appear in signatures of the graph core."""

from collections.abc import Callable, Sequence
from types import EllipsisType
from typing import Any, TypeAlias

Key: TypeAlias = str | int
"""One step of a path: an attribute name or a position."""

Path: TypeAlias = tuple[Key, ...]
"""The way from a root to something below it."""

PathParts: TypeAlias = Path

Predicate: TypeAlias = Callable[[Path, Any], bool]
"""What a filter becomes: does it select the value at this path?"""

Filter: TypeAlias = (
    type | str | bool | EllipsisType | Predicate | Sequence["Filter"] | None
)
"""What selects leaves: a type, a tag, a predicate, `...`, a bool, or several."""


class Missing:
    """Stands for an argument that was not given, where None is one."""

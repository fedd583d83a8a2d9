"""Places: all paths to the leaves of an object, not only the first of each.

A view knows one path of each leaf. Something that is said by path, as an axis or a
sharding, may say different things of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ramie.graph import find_duplicates
from ramie.graph.extend import is_object
from ramie.graph.typing import Path


def other_paths(item: Any, paths: Sequence[Path]) -> Iterator[tuple[int, Path]]:
    """The further paths of leaves that are reached in several ways.

    Args:
        item: an object.
        paths: one path of each leaf.

    Yields:
        The number of a leaf, and another path of it.

    Example:
        >>> from ramie.module import Module
        >>> from ramie.variables import Param
        >>> class Tied(Module):
        ...     def __init__(self):
        ...         self.b = self.a = Param(jnp.ones(2))
        >>> list(other_paths(Tied(), [("a",)]))
        [(0, ('b',))]
    """
    for group in find_duplicates(item, only=_is_object):
        for number, path in enumerate(paths):
            for again in _through(path, group):
                yield number, again


def _is_object(_path: Path, value: Any) -> bool:
    return is_object(value)


def _through(path: Path, group: Iterable[Path]) -> Iterator[Path]:
    """A path through something shared, by the other paths that lead to that."""
    for first in group:
        if path[: len(first)] == first:
            below = path[len(first) :]
            yield from ((*other, *below) for other in group if other != first)
            return

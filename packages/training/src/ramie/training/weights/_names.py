"""Paths as names with dots, and the other names of what is shared."""

from collections.abc import Iterable, Mapping
from typing import Any

from ramie.graph import find_duplicates
from ramie.graph.typing import Path

from ._held import held_by
from .errors import NameClashError


def named(node: Any) -> dict[str, Path]:
    """The paths of everything that stands for an array, by name.

    Raises:
        NameClashError: two paths have one name.

    Example:
        >>> named({"layers": [jnp.ones(2)]})
        {'layers.0': ('layers', 0)}
    """
    names: dict[str, Path] = {}
    for path in held_by(node):
        name = spell(path)
        if name in names:
            raise NameClashError(name, names[name], path)
        names[name] = path
    return names


def spell(path: Path) -> str:
    """The name of a path."""
    return ".".join(map(str, path))


def other_names(node: Any, found: Iterable[str], known: Mapping[str, Any]) -> Any:
    """Names that mean something shared, to the name it is known by.

    Args:
        node: the graph.
        found: names that may be other names of something in the graph.
        known: the names of everything in it.

    Example:
        >>> shared = jnp.ones(2)
        >>> other_names({"a": shared, "b": shared}, ["b", "c"], {"a": 0})
        {'b': 'a'}
    """
    prefixes = {
        spell(path): spell(first)
        for first, *others in find_duplicates(node)
        for path in others
    }
    meant = {}
    for name in found:
        full = name
        for _ in prefixes:  # a shared node may be inside of a shared node
            head = next((p for p in prefixes if f"{full}.".startswith(f"{p}.")), None)
            if head is None:
                break
            full = prefixes[head] + full[len(head) :]
        if full in known and full != name:
            meant[name] = full
    return meant

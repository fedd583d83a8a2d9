"""Collections of scopes as nested dicts, by the places of the scopes.

What goes through a JAX transform comes in groups, one for each filter, and in each
group there is a dict of collections for each tree of scopes, from the root downwards.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ._scope import Scope

Groups = tuple[tuple[dict[str, Any], ...], ...]
"""For each filter a dict for each tree, or for each holder of keys."""

Place = tuple[str, ...]
"""The names from the root of a tree down to a scope."""


def place_of(scope: Scope) -> Place:
    """Where a scope is in its tree."""
    names: list[str] = []
    one: Scope | None = scope
    while one is not None and one.parent is not None:
        names.append(one.name or "")
        one = one.parent
    return tuple(reversed(names))


def tops_of(scopes: Iterable[Scope]) -> dict[int, list[Scope]]:
    """For each tree the scopes that are not below others of these."""
    trees: dict[int, dict[Place, Scope]] = {}
    for scope in scopes:
        trees.setdefault(id(scope._shared.collections), {})[place_of(scope)] = scope
    return {
        tree: [
            scope
            for place, scope in placed.items()
            if not any(place[:n] in placed for n in range(len(place)))
        ]
        for tree, placed in trees.items()
    }


def collections_of(tops: Sequence[Scope]) -> dict[str, Any]:
    """The collections of scopes of one tree, as dicts from the root downwards."""
    return graft([(top, top.variables()) for top in tops])


def graft(parts: Iterable[tuple[Scope, Mapping[str, Any]]]) -> dict[str, Any]:
    """Collections of each scope, put where the scope is."""
    held: dict[str, Any] = {}
    for top, collections in parts:
        place = place_of(top)
        for col, part in collections.items():
            if not place:
                held[col] = part
                continue
            inner = held.setdefault(col, {})
            for name in place[:-1]:
                inner = inner.setdefault(name, {})
            inner[place[-1]] = part
    return held


def part_at(collection: Any, place: Place) -> Any:
    """What a collection has at a place."""
    for name in place:
        collection = collection.get(name, {})
    return collection


def merged(groups: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Groups as one."""
    return {name: value for group in groups for name, value in group.items()}


def turned(groups: Sequence[tuple[dict[str, Any], ...]], size: int) -> Groups:
    """Groups of each tree as, for each group, a dict of each tree."""
    return tuple(tuple(tree[n] for tree in groups) for n in range(size))

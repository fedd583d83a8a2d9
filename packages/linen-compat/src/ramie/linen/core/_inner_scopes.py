"""Scopes inside of a transform: the same places, with other variables and keys."""

from collections.abc import Sequence
from typing import Any

from ._collections import CollectionFilter, group_collections
from ._rng import LazyRng
from ._scope import Scope, Shared

Counts = dict[tuple[Any, ...], int]
"""How many keys were drawn, by place and name."""


def forked(
    scope: Scope, rngs: Sequence[CollectionFilter]
) -> tuple[dict[str, Any], ...]:
    """Keys that only this scope and those below have, which counts as drawing one."""
    keys = group_collections(scope._shared.rngs, rngs)
    return tuple(
        {name: LazyRng(scope.make_rng(name)) for name in group} for group in keys
    )


def counts_below(scope: Scope) -> Counts:
    """How many keys were drawn in a scope and below, by places seen from there."""
    place = scope._suffix
    size = len(place)
    counts = scope._shared.counts.items()
    return {name[size:]: n for name, n in counts if name[:size] == place}


def sharing(base: Shared, rngs: dict[str, Any]) -> Shared:
    """The variables of one, with keys of its own."""
    made = Shared({}, rngs, base.filter, base.flags)
    made.collections, made.mutable = base.collections, base.mutable
    return made


def replica(scope: Scope, shared: Shared, made: dict[Scope, Scope]) -> Scope:
    """The same place in another tree; those above it are made too."""
    if scope not in made:
        copy: Scope = Scope.__new__(Scope)
        for slot in Scope.__slots__:
            setattr(copy, slot, getattr(scope, slot))
        copy._shared, copy._found, copy._over = shared, {}, False
        copy.reservations = {}
        made[scope] = copy
        if scope.parent is not None:
            copy.parent = replica(scope.parent, shared, made)
    return made[scope]

"""Taking scopes apart outside of a JAX transform, and putting them together inside.

All lifted transforms are made of this. Outside, the variables that go in come in
groups, one for each filter, as nested dicts from the root down to the scopes that are
passed; keys come in groups too, with nothing folded in, so that a transform may split
them. Inside there are new roots with the same paths. Afterwards the variables that
changed are written back. Counts of keys are shared with the scopes outside, so keys are
those of the same code without a transform.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import jax

from ._collections import (
    CollectionFilter,
    group_collections,
    intersect_filters,
    union_filters,
)
from ._rng import LazyRng
from ._scope import Scope, Shared

Groups = tuple[tuple[dict[str, Any], ...], ...]
"""For each filter a dict for each tree, or for each holder of keys."""


class Pack:
    """Scopes taken apart.

    Args:
        scopes: a scope, or a pytree of scopes.
        ins: filters of the collections that go in; each collection joins the first.
        outs: filters of those that may change.
        rngs: filters of the keys.
        name: of the transform, for paths in errors.
        fork: whether the scopes get keys of their own, with their paths folded in.

    Attributes:
        variables: the collections in groups.
        rngs: the keys in groups.
    """

    def __init__(
        self,
        scopes: Any,
        ins: Sequence[CollectionFilter],
        outs: Sequence[CollectionFilter],
        rngs: Sequence[CollectionFilter],
        name: str,
        fork: bool = False,
    ) -> None:
        """Take the scopes apart."""
        self.scopes: list[Scope]
        self.scopes, self._treedef = jax.tree.flatten(scopes)
        for scope in self.scopes:
            scope._check_valid()
        self._name, self._outs, self._fork = name, tuple(outs), fork
        self._out: CollectionFilter = False
        for out in outs:
            self._out = union_filters(self._out, out)
        self._tops = _tops(self.scopes)
        held = [_collections(tops) for tops in self._tops.values()]
        self.variables = _turned([group_collections(h, ins) for h in held], len(ins))
        if fork:
            keys = [_forked(scope, rngs) for scope in self.scopes]
        else:
            self._keyed = {id(s._shared): s._shared for s in self.scopes}
            keys = [group_collections(s.rngs, rngs) for s in self._keyed.values()]
        self.rngs = _turned(keys, len(rngs))
        self._taken = [scope.reservations for scope in self.scopes]

    def may_change(self, out: CollectionFilter) -> bool:
        """Whether a collection that a filter means may be written."""
        filters = (tops[0]._shared.filter for tops in self._tops.values())
        return any(bool(intersect_filters(f, out)) for f in filters)

    @property
    def where(self) -> str:
        """The transform and the scope, for errors."""
        return f"{self._name} of {self.scopes[0].path_text}"

    def drawn(self) -> int:
        """How many keys the scopes have drawn, with all others of their trees."""
        shared = {id(scope._shared): scope._shared for scope in self.scopes}
        return sum(sum(one.counts.values()) for one in shared.values())

    def run(
        self,
        fn: Callable[..., Any],
        variables: Groups,
        rngs: Groups,
        *args: Any,
        **kwargs: Any,
    ) -> tuple[Any, Groups]:
        """Call a function with new scopes, of these variables and keys.

        Args:
            fn: its first argument is what was packed, with the new scopes.
            variables: in groups as `variables` are.
            rngs: in groups as `rngs` are.
            *args: further arguments.
            **kwargs: and by name.

        Returns:
            What the function returns, and the collections that may have changed, in
            a group for each of `outs`.
        """
        made: dict[int, Shared] = {}
        for number, (tree, tops) in enumerate(self._tops.items()):
            outer = tops[0]._shared
            mutable = intersect_filters(outer.filter, self._out)
            held = _merged(group[number] for group in variables)
            made[tree] = Shared(held, {}, mutable, outer.flags)
        inner, all_shared = self._inside(made, rngs)
        try:
            y = fn(jax.tree.unflatten(self._treedef, inner), *args, **kwargs)
        finally:
            for shared in all_shared:
                shared.invalid = True
        outs = [group_collections(_mutable(s), self._outs) for s in made.values()]
        self._taken = [scope.reservations for scope in inner]
        if self._fork:
            for scope, new in zip(self.scopes, inner, strict=True):
                counts, place = scope._shared.counts, scope._suffix
                for below, count in new._shared.counts.items():
                    name = (*place, *below)
                    counts[name] = max(count, counts.get(name, 0))
        return y, _turned(outs, len(self._outs))

    def _inside(
        self, made: Mapping[int, Shared], rngs: Groups
    ) -> tuple[list[Scope], list[Shared]]:
        """The new scopes, and what they share."""
        merged = [_merged(keys) for keys in zip(*rngs, strict=True)]
        shared: dict[int, Shared] = {}
        if not self._fork:
            if not rngs:
                merged = [{} for _ in self._keyed]
            for (key, old), keys in zip(self._keyed.items(), merged, strict=True):
                new = shared[key] = _sharing(made[id(old.collections)], keys)
                new.counts = old.counts
        replicas: dict[Scope, Scope] = {}
        inner = []
        for number, scope in enumerate(self.scopes):
            old = scope._shared
            if self._fork:
                new = _sharing(made[id(old.collections)], merged[number])
                new.counts = _counts_below(scope)
                shared[-1 - number] = new
            else:
                new = shared[id(old)]
            copy = _replica(scope, new, replicas)
            copy.debug_path = (
                *scope.debug_path[:-1],
                f"{self._name}({''.join(scope.debug_path[-1:])})",
            )
            if self._fork:
                copy._shared, copy._suffix = new, ()
            inner.append(copy)
        return inner, [*made.values(), *shared.values()]

    def as_scopes(self, group: Any) -> Any:
        """A group as collections of the scope; a list of them if there are several."""
        parts = self._parts(group)
        return parts[0] if len(parts) == 1 else parts

    def as_group(self, parts: Any) -> Any:
        """The opposite of `as_scopes`."""
        return self._grafted([parts] if isinstance(parts, Mapping) else list(parts))

    def mapped(self, fn: Callable[..., Any], group: Any) -> Any:
        """A group whose collections a function has changed, for each scope."""
        return self._grafted([fn(part) for part in self._parts(group)])

    def _parts(self, group: Any) -> list[dict[str, Any]]:
        return [
            {col: _part(part, _place(top)) for col, part in collections.items()}
            for tops, collections in zip(self._tops.values(), group, strict=True)
            for top in tops
        ]

    def _grafted(self, parts: list[Mapping[str, Any]]) -> Any:
        rest = iter(parts)
        return tuple(
            _graft([(top, next(rest)) for top in tops]) for tops in self._tops.values()
        )

    def put_back(self, outs: Groups) -> None:
        """Write what comes out of a transform into the scopes outside."""
        for scope, taken in zip(self.scopes, self._taken, strict=True):
            for name, owners in taken.items():
                scope.reservations.setdefault(name, owners)
        for group in outs:
            for tops, collections in zip(self._tops.values(), group, strict=True):
                for top in tops:
                    for col, part in collections.items():
                        _write(top, col, _part(part, _place(top)))


def _forked(
    scope: Scope, rngs: Sequence[CollectionFilter]
) -> tuple[dict[str, Any], ...]:
    """Keys that only this scope and those below have, which counts as drawing one."""
    keys = group_collections(scope._shared.rngs, rngs)
    return tuple(
        {name: LazyRng(scope.make_rng(name)) for name in group} for group in keys
    )


def _counts_below(scope: Scope) -> dict[tuple[Any, ...], int]:
    """How many keys were drawn in a scope and below, by places seen from there."""
    place = scope._suffix
    size = len(place)
    counts = scope._shared.counts.items()
    return {name[size:]: n for name, n in counts if name[:size] == place}


def _sharing(base: Shared, rngs: dict[str, Any]) -> Shared:
    """The variables of one, with keys of its own."""
    made = Shared({}, rngs, base.filter, base.flags)
    made.collections, made.mutable = base.collections, base.mutable
    return made


def _replica(scope: Scope, shared: Shared, made: dict[Scope, Scope]) -> Scope:
    """The same place in another tree; those above it are made too."""
    if scope not in made:
        copy: Scope = Scope.__new__(Scope)
        for slot in Scope.__slots__:
            setattr(copy, slot, getattr(scope, slot))
        copy._shared, copy._found, copy._over = shared, {}, False
        copy.reservations = {}
        made[scope] = copy
        if scope.parent is not None:
            copy.parent = _replica(scope.parent, shared, made)
    return made[scope]


def _place(scope: Scope) -> tuple[str, ...]:
    """The names from the root of the tree down to a scope."""
    names: list[str] = []
    one: Scope | None = scope
    while one is not None and one.parent is not None:
        names.append(one.name or "")
        one = one.parent
    return tuple(reversed(names))


def _tops(scopes: Iterable[Scope]) -> dict[int, list[Scope]]:
    """For each tree the scopes that are not below others of these."""
    trees: dict[int, dict[tuple[str, ...], Scope]] = {}
    for scope in scopes:
        trees.setdefault(id(scope._shared.collections), {})[_place(scope)] = scope
    return {
        tree: [
            scope
            for place, scope in placed.items()
            if not any(place[:n] in placed for n in range(len(place)))
        ]
        for tree, placed in trees.items()
    }


def _collections(tops: Sequence[Scope]) -> dict[str, Any]:
    """The collections of scopes of one tree, as dicts from the root downwards."""
    return _graft([(top, top.variables()) for top in tops])


def _graft(parts: Iterable[tuple[Scope, Mapping[str, Any]]]) -> dict[str, Any]:
    """Collections of scopes as dicts from the root downwards."""
    held: dict[str, Any] = {}
    for top, collections in parts:
        place = _place(top)
        for col, part in collections.items():
            if not place:
                held[col] = part
                continue
            inner = held.setdefault(col, {})
            for name in place[:-1]:
                inner = inner.setdefault(name, {})
            inner[place[-1]] = part
    return held


def _part(collection: Any, place: tuple[str, ...]) -> Any:
    for name in place:
        collection = collection.get(name, {})
    return collection


def _write(scope: Scope, col: str, part: Mapping[str, Any]) -> None:
    for name, value in part.items():
        scope.put_variable(col, name, value)


def _mutable(shared: Shared) -> dict[str, Any]:
    return {c: p for c, p in shared.collections.items() if shared.is_mutable(c)}


def _merged(groups: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: value for group in groups for name, value in group.items()}


def _turned(groups: Sequence[tuple[dict[str, Any], ...]], size: int) -> Groups:
    """Groups of each tree as, for each group, a dict of each tree."""
    return tuple(tuple(tree[n] for tree in groups) for n in range(size))

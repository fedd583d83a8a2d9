"""Taking scopes apart outside of a JAX transform, and putting them together inside.

All lifted transforms are made of this. Outside, the variables that go in come in
groups, one for each filter, as nested dicts from the root down to the scopes that are
passed; keys come in groups too, with nothing folded in, so that a transform may split
them. Inside there are new roots with the same paths. Afterwards the variables that
changed are written back. Counts of keys are shared with the scopes outside, so keys are
those of the same code without a transform.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax

from ._collections import (
    CollectionFilter,
    group_collections,
    intersect_filters,
    union_filters,
)
from ._groups import (
    Groups,
    collections_of,
    graft,
    merged,
    part_at,
    place_of,
    tops_of,
    turned,
)
from ._inner_scopes import counts_below, forked, replica, sharing
from ._leavings import Carrier, Leavings
from ._scope import Scope, Shared


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
        packed: the scopes as they were given, and `treedef` their structure.
        scopes: all of them.
        tops: for each tree those that are not below others.
        variables: the collections in groups.
        rngs: the keys in groups.
        leavings: what the function has left in the scopes, once it has run.
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
        self.packed = scopes
        self.scopes: list[Scope]
        self.scopes, self.treedef = jax.tree.flatten(scopes)
        for scope in self.scopes:
            scope._check_valid()
        self._name, self._outs, self._fork = name, tuple(outs), fork
        self._out: CollectionFilter = False
        for out in outs:
            self._out = union_filters(self._out, out)
        self.tops = tops_of(self.scopes)
        held = [collections_of(tops) for tops in self.tops.values()]
        self.variables = turned([group_collections(h, ins) for h in held], len(ins))
        if fork:
            keys = [forked(scope, rngs) for scope in self.scopes]
        else:
            self._keyed = {id(s._shared): s._shared for s in self.scopes}
            keys = [group_collections(s.rngs, rngs) for s in self._keyed.values()]
        self.rngs = turned(keys, len(rngs))
        self.leavings: Leavings | None = None

    def may_change(self, out: CollectionFilter) -> bool:
        """Whether a collection that a filter means may be written."""
        filters = (tops[0]._shared.filter for tops in self.tops.values())
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
        for number, (tree, tops) in enumerate(self.tops.items()):
            outer = tops[0]._shared
            mutable = intersect_filters(outer.filter, self._out)
            held = merged(group[number] for group in variables)
            made[tree] = Shared(held, {}, mutable, outer.flags)
        inner, all_shared = self._inside(made, rngs)
        try:
            y = fn(jax.tree.unflatten(self.treedef, inner), *args, **kwargs)
        finally:
            for shared in all_shared:
                shared.invalid = True
        outs = [group_collections(_mutable(s), self._outs) for s in made.values()]
        self.leavings = Leavings(
            [scope.reservations for scope in inner],
            [scope._shared.counts for scope in inner] if self._fork else [],
            list(self.packed.left) if isinstance(self.packed, Carrier) else [],
        )
        return y, turned(outs, len(self._outs))

    def _inside(
        self, made: Mapping[int, Shared], rngs: Groups
    ) -> tuple[list[Scope], list[Shared]]:
        """The new scopes, and what they share."""
        held = [merged(keys) for keys in zip(*rngs, strict=True)]
        shared: dict[int, Shared] = {}
        if not self._fork:
            if not rngs:
                held = [{} for _ in self._keyed]
            for (key, old), keys in zip(self._keyed.items(), held, strict=True):
                new = shared[key] = sharing(made[id(old.collections)], keys)
                new.counts = old.counts
        replicas: dict[Scope, Scope] = {}
        inner = []
        for number, scope in enumerate(self.scopes):
            old = scope._shared
            if self._fork:
                new = sharing(made[id(old.collections)], held[number])
                new.counts = counts_below(scope)
                shared[-1 - number] = new
            else:
                new = shared[id(old)]
            copy = replica(scope, new, replicas)
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
        parts = self.parts(group)
        return parts[0] if len(parts) == 1 else parts

    def as_group(self, parts: Any) -> Any:
        """The opposite of `as_scopes`."""
        return self.grafted([parts] if isinstance(parts, Mapping) else list(parts))

    def mapped(self, fn: Callable[..., Any], group: Any) -> Any:
        """A group whose collections a function has changed, for each scope."""
        return self.grafted([fn(part) for part in self.parts(group)])

    def parts(self, group: Any) -> list[dict[str, Any]]:
        """A group as the collections of each scope, wherever that is."""
        return [
            {col: part_at(part, place_of(top)) for col, part in collections.items()}
            for tops, collections in zip(self.tops.values(), group, strict=True)
            for top in tops
        ]

    def grafted(self, parts: Sequence[Mapping[str, Any]]) -> Any:
        """The opposite of `parts`."""
        rest = iter(parts)
        return tuple(
            graft([(top, next(rest)) for top in tops]) for tops in self.tops.values()
        )

    def put_back(self, outs: Groups, leavings: Leavings | None = None) -> None:
        """Write what comes out of a transform into the scopes outside.

        Args:
            outs: the collections that may have changed.
            leavings: what the function left, if it ran for other scopes.
        """
        if leavings is not None:
            self.leavings = leavings
            if isinstance(self.packed, Carrier):
                self.packed.left[:] = leavings.left
        if self.leavings is not None:
            self.leavings.note_in(self.scopes)

        for group in outs:
            for tops, collections in zip(self.tops.values(), group, strict=True):
                for top in tops:
                    for col, part in collections.items():
                        _write(top, col, part_at(part, place_of(top)))


def _write(scope: Scope, col: str, part: Mapping[str, Any]) -> None:
    for name, value in part.items():
        scope.put_variable(col, name, value)


def _mutable(shared: Shared) -> dict[str, Any]:
    return {c: p for c, p in shared.collections.items() if shared.is_mutable(c)}

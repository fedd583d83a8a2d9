"""What a function leaves in scopes besides variables: names that it used, and keys."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import jax

from ._inner_scopes import Counts
from ._scope import Scope


@runtime_checkable
class Carrier(Protocol):
    """What carries more than scopes into a transform; a pytree of the scopes.

    Attributes:
        left: what the function leaves there besides variables: no arrays.
    """

    left: list[Any]

    def facts(self) -> Hashable:
        """What a program depends on besides the scopes."""


@dataclass(frozen=True, eq=False)
class Leavings:
    """What a function leaves in scopes besides variables; a pytree without leaves.

    Attributes:
        taken: the names it used in each scope.
        counts: how many keys it drew from each, if the scopes had keys of their own.
        left: that of the carrier.
    """

    taken: list[dict[str, tuple[str | None, ...]]]
    counts: list[Counts]
    left: list[Any]

    def note_in(self, scopes: Iterable[Scope]) -> None:
        """Note in scopes which names and keys are used."""
        for scope, taken in zip(scopes, self.taken, strict=True):
            for name, owners in taken.items():
                scope.reservations.setdefault(name, owners)
        for scope, drawn in zip(scopes, self.counts, strict=False):
            counts, place = scope._shared.counts, scope._suffix
            for below, count in drawn.items():
                at = (*place, *below)
                counts[at] = max(count, counts.get(at, 0))


jax.tree_util.register_static(Leavings)

"""Outcome: the static part of what a function did, carried by a pytree's structure.

JAX remembers the structure of a compiled function's result, so whatever is static
about it (which objects were returned, how the structure was edited) comes back with
every call without being computed again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import jax

from ramie.graph import GraphDef


@dataclass(frozen=True, slots=True)
class Objects:
    """What became of the objects: all that are reachable now, as one graph.

    Attributes:
        graphdef: of a tuple of the roots and then the returned objects.
        origin: (number of an object, root, its number there) for those that came in.
        fresh: the leaves that did not come in; their contents leave as arrays.
        edited: whether the roots themselves have another structure.
    """

    graphdef: GraphDef[Any]
    origin: tuple[tuple[int, int, int], ...]
    fresh: tuple[int, ...]
    edited: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The static part of what a function did and returned.

    Attributes:
        treedef: of the returned value, with objects as leaves.
        places: for each leaf of it, the number of a returned object, or None.
        retyped: which written leaves have another shape or dtype now.
        objects: what became of the objects, unless nothing did.
    """

    treedef: Any
    places: tuple[int | None, ...]
    retyped: tuple[int, ...]
    objects: Objects | None


@jax.tree_util.register_pytree_node_class
class Result:
    """What a function returned and did: arrays as children, the rest as structure.

    Attributes:
        values: the leaves of the returned value that are not objects.
        fresh: the contents of `Objects.fresh`.
        outcome: everything static.
    """

    __slots__ = ("fresh", "outcome", "values")

    def __init__(self, values: Any, fresh: Any, outcome: Outcome) -> None:
        """Hold the three."""
        self.values, self.fresh, self.outcome = values, fresh, outcome

    def tree_flatten(self) -> tuple[tuple[Any, Any], Outcome]:
        """Answer JAX."""
        return (self.values, self.fresh), self.outcome

    @classmethod
    def tree_unflatten(cls, outcome: Outcome, children: Iterable[Any]) -> Result:
        """Answer JAX."""
        values, fresh = children
        return cls(values, fresh, outcome)

    def returned(self, objects: list[Any]) -> Any:
        """The returned value, with these objects in their places."""
        outcome = self.outcome
        if not objects:
            return outcome.treedef.unflatten(self.values)
        values = iter(self.values)
        return outcome.treedef.unflatten(
            next(values) if place is None else objects[place]
            for place in outcome.places
        )

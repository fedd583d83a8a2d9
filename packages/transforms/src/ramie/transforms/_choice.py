"""Choice: several functions of objects as one function of arrays.

Each branch is traced once and tells which leaves it writes. What one of them writes,
all return, so that the branches have the same outputs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from ramie.graph import diff
from ramie.graph.extend import build, retyped, show_path

from ._agreement import Returned, disagreement
from ._entrance import Entrance
from ._outcome import Objects, Outcome, Result
from .errors import BranchEditError, BranchMismatchError


class Choice:
    """Several functions of objects, as one function of arrays.

    Args:
        funs: the functions.
        entrance: of the operands.
        choose: what chooses: `choose(which, *functions, contents, values)`.
    """

    def __init__(
        self,
        funs: tuple[Callable[..., Any], ...],
        entrance: Entrance,
        choose: Callable[..., Any],
    ) -> None:
        """Trace nothing yet."""
        self._entrance, self._choose = entrance, choose
        self._parts = [self._part(fun) for fun in funs]
        self._by_written: dict[tuple[int, ...], list[Callable[..., Any]]] = {}

    def _part(self, fun: Callable[..., Any]) -> Any:
        """A branch, which JAX traces once however often it is asked for."""

        def part(contents: list[Any], values: list[Any]) -> Any:
            return self._entrance.pure(fun, contents, values)

        return jax.jit(part)

    def _branches(self, written: tuple[int, ...]) -> list[Callable[..., Any]]:
        """The branches as JAX takes them, which are the same ones for each trace."""

        def branch_of(part: Any) -> Callable[..., Any]:
            def branch(contents: list[Any], values: list[Any]) -> Any:
                result, writes = part(contents, values)
                now = [writes.get(leaf, contents[leaf]) for leaf in written]
                return result.values, result.fresh, now

            return branch

        if written not in self._by_written:
            self._by_written[written] = list(map(branch_of, self._parts))
        return self._by_written[written]

    def __call__(
        self, which: Any, contents: list[Any], values: list[Any]
    ) -> tuple[Result, dict[int, Any]]:
        """Choose."""
        traced = [part.trace(contents, values).out_info for part in self._parts]
        written = sorted({leaf for _, writes in traced for leaf in writes})
        first, *others = (
            (result, [writes.get(leaf, contents[leaf]) for leaf in written])
            for result, writes in traced
        )
        for number, other in enumerate(others, 1):
            self._agree(number, first, other, written)

        branches = self._branches(tuple(written))
        returned, fresh, now = self._choose(which, *branches, contents, values)
        outcome = first[0].outcome
        other_types = tuple(
            leaf
            for leaf, content in zip(written, now, strict=True)
            if retyped(contents[leaf], content)
        )
        outcome = Outcome(outcome.treedef, outcome.places, other_types, outcome.objects)
        return Result(returned, fresh, outcome), dict(zip(written, now, strict=True))

    def _agree(
        self,
        number: int,
        first: tuple[Result, list[Any]],
        other: tuple[Result, list[Any]],
        written: list[int],
    ) -> None:
        """Raise unless a branch does and returns what the first one does."""
        found = disagreement(_shown(first[0]), _shown(other[0]))
        if found is not None:
            raise BranchMismatchError(number, "returned value", *found)
        paths = self._entrance.layout.paths
        for leaf, ours, theirs in zip(written, first[1], other[1], strict=True):
            found = disagreement(ours, theirs)
            if found is not None:
                where = "/".join(filter(None, (show_path(paths[leaf]), found.path)))
                raise BranchMismatchError(number, "Variable", where, *found[1:])
        ours, theirs = first[0].outcome.objects, other[0].outcome.objects
        if ours != theirs:
            raise BranchEditError(number, self._difference(ours, theirs))
        if ours is None:
            return
        for leaf, *fresh in zip(
            ours.fresh, first[0].fresh, other[0].fresh, strict=True
        ):
            found = disagreement(*fresh)
            if found is not None:
                where = show_path(ours.graphdef.paths[leaf][1:])
                raise BranchMismatchError(number, "Variable", where, *found[1:])

    def _difference(self, first: Objects | None, second: Objects | None) -> str:
        """What differs in the objects that two branches leave behind."""
        return str(diff(self._objects(first), self._objects(second)))

    def _objects(self, objects: Objects | None) -> tuple[Any, ...]:
        """The operands and then the returned objects, as they are after a branch."""
        layout = self._entrance.layout
        if objects is None:
            return tuple(layout.rebuild([UNKNOWN] * layout.starts[-1]).roots)
        graph = objects.graphdef
        return tuple(build(graph, [UNKNOWN] * graph.num_leaves, {})[0])


UNKNOWN = np.zeros(())
"""What all arrays hold: their types were compared before."""


def _shown(result: Result) -> Any:
    """What a branch returns, with a number for each object."""
    places = result.outcome.places
    return result.returned([Returned(place) for place in places if place is not None])

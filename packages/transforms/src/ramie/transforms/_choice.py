"""Choice: several functions of objects as one function of arrays.

Each branch is given all leaves and returns them, so that the branches have the same
outputs. JAX keeps those that none writes outside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax
import numpy as np

from ramie.graph import diff
from ramie.graph.extend import build, retyped, show_path

from ._agreement import Returned, disagreement
from ._entrance import Entrance
from ._forwarded import as_arrays, written_among
from ._outcome import Objects, Result
from .errors import BranchEditError, BranchMismatchError, TransformError


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
        # JAX finds again what it traced by the identity of the function.
        self._branches = list(map(self._branch, funs))

    def _branch(self, fun: Callable[..., Any]) -> Callable[..., Any]:
        """A branch as a function of arrays, which returns all contents."""

        def branch(contents: list[Any], values: list[Any]) -> Any:
            result, written = self._entrance.pure(fun, contents, values)
            now = [written.get(leaf, content) for leaf, content in enumerate(contents)]
            # Which leaves have other types is asked of all branches together.
            outcome = replace(result.outcome, retyped=())
            return Result(result.values, result.fresh, outcome), now

        return branch

    def __call__(
        self, which: Any, contents: list[Any], values: list[Any]
    ) -> tuple[Result, dict[int, Any]]:
        """Choose."""
        before = as_arrays(contents)
        try:
            result, after = self._choose(which, *self._branches, before, values)
        except TypeError as error:
            explained = self._explanation(error, before, values)
            if explained is None:
                raise
            raise explained from None
        written = written_among(before, after)
        types = tuple(leaf for leaf in written if retyped(before[leaf], written[leaf]))
        outcome = replace(result.outcome, retyped=types)
        return Result(result.values, result.fresh, outcome), written

    def _explanation(
        self, error: TypeError, contents: list[Any], values: list[Any]
    ) -> TransformError | None:
        """What JAX says of arrays, said of objects; None if branches do agree."""
        if isinstance(error, TransformError):
            return None
        try:
            first, *others = (
                jax.eval_shape(branch, contents, values) for branch in self._branches
            )
        except Exception:  # the error is that of a branch
            return None
        try:
            for number, other in enumerate(others, 1):
                self._agree(number, first, other)
        except TransformError as explained:
            return explained
        return None

    def _agree(
        self,
        number: int,
        first: tuple[Result, list[Any]],
        other: tuple[Result, list[Any]],
    ) -> None:
        """Raise unless a branch does and returns what the first one does."""
        found = disagreement(_shown(first[0]), _shown(other[0]))
        if found is not None:
            raise BranchMismatchError(number, "returned value", *found)
        paths = self._entrance.layout.paths
        for path, ours, theirs in zip(paths, first[1], other[1], strict=True):
            found = disagreement(ours, theirs)
            if found is not None:
                where = "/".join(filter(None, (show_path(path), found.path)))
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

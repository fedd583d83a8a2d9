"""Looping: a loop over objects, as a function of arrays.

The body is given all leaves and returns them. Those that it writes are carried from
step to step; JAX keeps those that it only reads outside.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from ramie.graph import diff
from ramie.graph.extend import content_of, retyped, show_path

from ._agreement import disagreement
from ._arguments import sort_arguments
from ._entrance import Entrance
from ._forwarded import as_arrays, written_among
from ._inside import Inside
from ._outcome import Outcome, Result
from .errors import CarryMismatchError, LoopConditionError, LoopEditError


class Loop(ABC):
    """A loop over objects, as a function of arrays.

    Args:
        entrance: of the initial value, as the only argument.
        body: the body: `body(*index, value)`.
    """

    def __init__(self, entrance: Entrance, body: Callable[..., Any]) -> None:
        """Trace nothing yet."""
        self._entrance, self._body = entrance, body
        # JAX finds again what it traced by the identity of the function.
        self._step = self._pure_step

    def _pure_step(self, *args: Any) -> tuple[list[Any], list[Any]]:
        """One step: the next contents of all leaves, and the next values."""
        *index, (contents, values) = args
        inside, (carry,), _ = self._entrance.enter(contents, values)
        after = self._body(*index, carry)
        found = disagreement(carry, after)
        if found is not None:
            raise CarryMismatchError("carried value", *found)
        result, written = self._entrance.close(inside, None)
        if result.outcome.objects is not None:
            raise LoopEditError(("the carried value",), self._edits(inside))
        for leaf, content in written.items():
            found = disagreement(contents[leaf], content)
            if found is not None:
                path = show_path(self._entrance.layout.paths[leaf])
                raise CarryMismatchError("Variable", path, *found[1:])
        now = [written.get(leaf, content) for leaf, content in enumerate(contents)]
        return now, sort_arguments((after,), {}).values

    def _edits(self, inside: Inside) -> str:
        before = self._entrance.layout
        roots = before.rebuild(before.own_types()).roots
        return str(diff(tuple(roots), tuple(inside.roots)))

    def __call__(
        self, contents: list[Any], values: list[Any], *bounds: Any
    ) -> tuple[list[Any], Result, dict[int, Any]]:
        """Loop."""
        before = as_arrays(contents)
        after, last = self._run((before, values), *bounds)
        written = written_among(before, after)
        types = tuple(leaf for leaf in written if retyped(before[leaf], written[leaf]))
        outcome = Outcome(jax.tree.structure(None), (), types, None)
        return last, Result([], [], outcome), written

    @abstractmethod
    def _run(self, carry: Any, *bounds: Any) -> Any:
        """Have JAX run the loop."""


class While(Loop):
    """A loop that goes on while a function says so."""

    def __init__(
        self, funs: tuple[Callable[..., Any], ...], entrance: Entrance
    ) -> None:
        """Trace nothing yet."""
        self._cond, body = funs
        super().__init__(entrance, body)
        self._test = self._goes_on

    def _run(self, carry: Any, *_: Any) -> Any:
        return jax.lax.while_loop(self._test, self._step, carry)

    def _goes_on(self, carry: tuple[list[Any], list[Any]]) -> Any:
        inside, (value,), _ = self._entrance.enter(*carry)
        answer = self._cond(value)
        result, written = self._entrance.close(inside, None)
        if written or result.outcome.objects is not None:
            paths = self._entrance.layout.paths
            raise LoopConditionError(*(show_path(paths[leaf]) for leaf in written))
        return content_of(answer)


class For(Loop):
    """A loop over the numbers of a range."""

    def __init__(
        self,
        funs: tuple[Callable[..., Any], ...],
        entrance: Entrance,
        *options: Any,
    ) -> None:
        """Trace nothing yet."""
        *known, self._unroll = options
        self._known = [bound.value for bound in known]
        super().__init__(entrance, *funs)

    def _run(self, carry: Any, *bounds: Any) -> Any:
        lower, upper = bounds or self._known
        return jax.lax.fori_loop(lower, upper, self._step, carry, unroll=self._unroll)


class Known:
    """A bound that the program may depend on; equal only to one of the same type."""

    def __init__(self, bound: Any) -> None:
        bound = np.asarray(bound)[()] if _is_strong(bound) else bound
        self.value = bound.item() if isinstance(bound, jax.Array) else bound
        self._key = type(self.value), self.value

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Known) and self._key == other._key


def _is_strong(bound: Any) -> bool:
    return not jax.typeof(bound).weak_type

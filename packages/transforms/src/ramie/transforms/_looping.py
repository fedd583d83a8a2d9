"""Looping: a loop over objects, as a function of arrays.

The body is traced once and tells which leaves it writes. Those are carried from step
to step; leaves that it only reads stay outside.
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from ramie.graph import diff
from ramie.graph.extend import content_of, retyped, show_path

from ._abstract import struct_of
from ._agreement import disagreement
from ._arguments import sort_arguments
from ._entrance import Entrance
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
        self._step = jax.jit(self._pure_step)

    def _pure_step(
        self, contents: list[Any], values: list[Any], *index: Any
    ) -> tuple[list[Any], dict[int, Any]]:
        """One step, which JAX traces once: the next values, and what was written."""
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
        return sort_arguments((after,), {}).values, written

    def _edits(self, inside: Inside) -> str:
        before = self._entrance.layout
        roots = before.rebuild(before.own_types()).roots
        return str(diff(tuple(roots), tuple(inside.roots)))

    def __call__(
        self, contents: list[Any], values: list[Any], *bounds: Any
    ) -> tuple[list[Any], Result, dict[int, Any]]:
        """Loop."""
        index = self._index(*bounds)
        traced = self._step.trace(contents, values, *index)
        written = sorted(traced.out_info[1])

        def whole(carried: list[Any]) -> list[Any]:
            together = list(contents)
            for leaf, content in zip(written, carried, strict=True):
                together[leaf] = content
            return together

        def step(carry: Any, *index: Any) -> Any:
            now = whole(carry[0])
            after, writes = self._step(now, carry[1], *index)
            return [writes.get(leaf, now[leaf]) for leaf in written], after

        carried, last = self._run(
            whole, step, ([contents[leaf] for leaf in written], values), *bounds
        )
        other_types = tuple(
            leaf
            for leaf, content in zip(written, carried, strict=True)
            if retyped(contents[leaf], content)
        )
        outcome = Outcome(jax.tree.structure(None), (), other_types, None)
        return last, Result([], [], outcome), dict(zip(written, carried, strict=True))

    @abstractmethod
    def _index(self, *bounds: Any) -> tuple[Any, ...]:
        """What the body is passed beside the value."""

    @abstractmethod
    def _run(self, whole: Any, step: Any, carry: Any, *bounds: Any) -> Any:
        """Have JAX run the loop."""


class While(Loop):
    """A loop that goes on while a function says so."""

    def __init__(
        self, funs: tuple[Callable[..., Any], ...], entrance: Entrance
    ) -> None:
        """Trace nothing yet."""
        self._cond, body = funs
        super().__init__(entrance, body)

    def _index(self, *bounds: Any) -> tuple[Any, ...]:
        return bounds

    def _run(self, whole: Any, step: Any, carry: Any, *_: Any) -> Any:
        def goes_on(carry: Any) -> Any:
            return self._goes_on(whole(carry[0]), carry[1])

        return jax.lax.while_loop(goes_on, step, carry)

    def _goes_on(self, contents: list[Any], values: list[Any]) -> Any:
        inside, (carry,), _ = self._entrance.enter(contents, values)
        answer = self._cond(carry)
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

    def _index(self, *bounds: Any) -> tuple[Any, ...]:
        lower, upper = map(jax.typeof, bounds or self._known)
        return (_index_type(lower, upper, not bounds, jax.typeof(0)),)

    def _run(self, _: Any, step: Any, carry: Any, *bounds: Any) -> Any:
        lower, upper = bounds or self._known
        return jax.lax.fori_loop(
            lower,
            upper,
            lambda index, carry: step(carry, index),
            carry,
            unroll=self._unroll,
        )


@functools.lru_cache(64)
def _index_type(
    lower: Any, upper: Any, is_known: bool, _int: Any
) -> jax.ShapeDtypeStruct:
    """The type that JAX gives to the number, so that the body is traced once.

    Args:
        lower: the type of the first number.
        upper: the type of the number after the last one.
        is_known: whether they are known when the loop is traced.
        _int: what the type of an int is, which is a setting of JAX.
    """
    seen: list[Any] = []

    def look(index: Any, carry: int) -> int:
        seen.append(struct_of(index))
        return carry

    def loop(lower: Any, upper: Any) -> Any:
        return jax.lax.fori_loop(lower, upper, look, 0)

    if is_known:
        numbers = [
            0 if each.weak_type else np.zeros((), each.dtype)[()]
            for each in (lower, upper)
        ]
        jax.eval_shape(lambda: loop(*numbers))
    else:
        jax.eval_shape(loop, *map(_struct, (lower, upper)))
    found: jax.ShapeDtypeStruct = seen[0]
    return found


def _struct(of: Any) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(  # type: ignore[no-untyped-call,unused-ignore]
        of.shape, of.dtype, weak_type=of.weak_type
    )


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

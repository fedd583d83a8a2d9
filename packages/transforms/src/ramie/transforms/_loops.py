"""while_loop and fori_loop: a function of objects, called until it is enough.

Objects in the carry stay who they are: the body returns those that it was passed, and
what it writes is carried from step to step. Leaves that it only reads stay outside.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

import jax
import numpy as np

from ramie.graph import diff
from ramie.graph.extend import content_of, is_tracing, retyped, show_path

from ._abstract import struct_of
from ._agreement import disagreement
from ._arguments import restore_arguments, sort_arguments
from ._crossing import Crossing
from ._entrance import Entrance
from ._inside import Inside
from ._outcome import Outcome, Result
from ._programs import program_of
from .errors import CarryMismatchError, LoopConditionError, LoopEditError

T = TypeVar("T")


def while_loop(
    cond_fun: Callable[[T], Any],
    body_fun: Callable[[T], T],
    init_val: T,
    *,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> T:
    """Call a function again and again, while another says so.

    The value that is carried from step to step may hold modules and Variables. What
    the body does to them happens to the caller's; it returns the same objects in the
    same places.

    Args:
        cond_fun: takes the value and tells whether to go on. It only looks.
        body_fun: takes the value and returns the next one.
        init_val: the first value.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: False drops structural edits that the body makes; otherwise
            they are refused. None asks `set_graph_updates`.

    Returns:
        The last value. Its objects are those of `init_val`.

    Raises:
        CarryMismatchError: the body returns another structure, shape, dtype or
            object, or writes another shape or dtype to a Variable.
        LoopEditError: the body edits the structure of an object.
        LoopConditionError: `cond_fun` changes something.
        TraceLevelError: a function writes to an object it closed over.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

    Example:
        >>> from ramie.variables import Variable
        >>> def halve(x):
        ...     x.value /= 2
        ...     return x
        >>> x = while_loop(lambda x: x.value > 1, halve, Variable(jnp.array(6.0)))
        >>> x.value.item()
        0.75
    """
    return _loop(
        While,
        (cond_fun, body_fun),
        init_val,
        graph=graph,
        graph_updates=graph_updates,
        action="while_loop()",
    )


def fori_loop(
    lower: Any,
    upper: Any,
    body_fun: Callable[[Any, T], T],
    init_val: T,
    *,
    unroll: int | bool | None = None,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> T:
    """Call a function for each number of a range.

    The value that is carried from step to step may hold modules and Variables; see
    `while_loop`. If both bounds are known, the loop has a reverse-mode gradient.

    Args:
        lower: the first number.
        upper: the number after the last one.
        body_fun: takes a number and the value, and returns the next value.
        init_val: the first value.
        unroll: how many steps to write out, or whether to write out all; only if
            both bounds are known.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: False drops structural edits that the body makes; otherwise
            they are refused. None asks `set_graph_updates`.

    Returns:
        The last value. Its objects are those of `init_val`.

    Raises:
        CarryMismatchError: the body returns another structure, shape, dtype or
            object, or writes another shape or dtype to a Variable.
        LoopEditError: the body edits the structure of an object.
        TraceLevelError: the body writes to an object it closed over.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

    Example:
        >>> from ramie.variables import Variable
        >>> def add(i, total):
        ...     total.value += i
        ...     return total
        >>> fori_loop(0, 5, add, Variable(jnp.array(0))).value.item()
        10
    """
    bounds: tuple[Any, ...] = content_of(lower), content_of(upper)
    known = tuple(_Known(bound) for bound in bounds if _is_known(bound))
    options: tuple[Any, ...] = (unroll,)
    if len(known) == len(bounds):
        bounds, options = (), (*known, unroll)
    return _loop(
        For,
        (body_fun,),
        init_val,
        *options,
        dynamic=bounds,
        graph=graph,
        graph_updates=graph_updates,
        action="fori_loop()",
    )


class _Known:
    """A bound that the program may depend on; equal only to one of the same type."""

    def __init__(self, bound: Any) -> None:
        bound = np.asarray(bound)[()] if _is_strong(bound) else bound
        self.value = bound.item() if isinstance(bound, jax.Array) else bound
        self._key = type(self.value), self.value

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and self._key == other._key


def _is_strong(bound: Any) -> bool:
    return not jax.typeof(bound).weak_type


def _is_known(bound: Any) -> bool:
    return not isinstance(bound, jax.core.Tracer) and np.ndim(bound) == 0


def _loop(
    make: Any,
    funs: tuple[Callable[..., Any], ...],
    init_val: T,
    *options: Any,
    dynamic: tuple[Any, ...] = (),
    **mode: Any,
) -> T:
    crossing = Crossing((init_val,), {}, **mode)
    loop = program_of(make, funs, crossing.entrance, *options)
    values, result, written = loop.call(
        crossing.contents, crossing.found.values, *dynamic
    )
    crossing.apply(result, written)
    (last,), _ = restore_arguments(crossing.found.form, crossing.found.roots, values)
    carry: T = last
    return carry


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
        self._compiled = jax.jit(self._call)

    def call(
        self, contents: list[Any], values: list[Any], *bounds: Any
    ) -> tuple[list[Any], Result, dict[int, Any]]:
        """Loop; inside a trace as part of it, elsewhere as a compiled program."""
        call = self._call if is_tracing() else self._compiled
        return call(contents, values, *bounds)

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

    def _call(
        self, contents: list[Any], values: list[Any], *bounds: Any
    ) -> tuple[list[Any], Result, dict[int, Any]]:
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
        # Ask JAX which type it gives to the index, so that the body is traced once.
        lower, upper = bounds or self._known
        seen: list[Any] = []

        def look(index: Any, carry: int) -> int:
            seen.append(struct_of(index))
            return carry

        jax.eval_shape(lambda: jax.lax.fori_loop(lower, upper, look, 0))
        return tuple(seen[:1])

    def _run(self, _: Any, step: Any, carry: Any, *bounds: Any) -> Any:
        lower, upper = bounds or self._known
        return jax.lax.fori_loop(
            lower,
            upper,
            lambda index, carry: step(carry, index),
            carry,
            unroll=self._unroll,
        )

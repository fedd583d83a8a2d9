"""The loop of a scan: JAX's, with roles for what goes in and comes out.

A loop is made out of what is static about a call, so that one called outside of all
transforms is compiled once, and found again by the next call of the same function.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ramie.graph.extend import Static, is_object, is_tracing

from ._agreement import disagreement
from ._axes import RETURNED
from ._entrance import Entrance
from ._mapped import Body, Ended, Mapped, Note
from ._programs import run_program
from ._state_axes import Axis, Carry
from .errors import AxesPrefixError, CarryMismatchError, LoopEditError, show_place


def as_it_is(body: Callable[..., Any]) -> Callable[..., Any]:
    """The identity: a transform that does nothing."""
    return body


def run_loop(
    call: Mapped,
    f: Callable[..., Any],
    dress: Callable[[Callable[..., Any]], Callable[..., Any]],
    around: Callable[..., Any],
    options: Mapping[str, Any],
    facts: tuple[Any, ...],
) -> Any:
    """Run a call, with a program of an equal one if there is any.

    Args:
        call: the call.
        f: the user's function.
        dress: makes the function that the call is of out of it.
        around: a transform of functions of arrays.
        options: of `jax.lax.scan`.
        facts: all else that the body of the call depends on.
    """
    recipe = Recipe(call.body, dress, options, facts)
    # Inside a trace the program is that of whoever traces. Constants stay constants.
    if is_tracing() or call.has_constants or not recipe.is_hashable:
        by_axis, carried, note = Loop(call.body, around, options)(call.flat)
    else:
        by_axis, carried, note = run_program(
            _loop_of, (f, around), call.crossing.entrance, (recipe,), call.flat
        )
    return call.finish({**by_axis, Carry: carried}, note)


class Recipe:
    """How to make a loop; equal to any that makes the same one of one function.

    It may be remembered, so it holds no function of the user.

    Args:
        body: one iteration.
        dress: makes the function that it calls out of the user's.
        options: of `jax.lax.scan`.
        facts: all else that the body depends on, besides function and entrance.
    """

    def __init__(
        self,
        body: Body,
        dress: Callable[[Callable[..., Any]], Callable[..., Any]],
        options: Mapping[str, Any],
        facts: tuple[Any, ...],
    ) -> None:
        """Take everything down; axes are learnt more of later."""
        self._body = dataclasses.replace(body, fun=_nothing)
        self._dress, self._options = dress, options
        named = tuple(options.items())
        # 1 and True are equal, and not the same number of unrolled iterations.
        self._key = Static((facts, tuple(body.inputs.axes), body.treedefs, named))

    def loop(self, f: Callable[..., Any], around: Callable[..., Any]) -> Loop:
        """The loop of a function."""
        body = dataclasses.replace(self._body, fun=self._dress(f))
        return Loop(body, around, self._options)

    @property
    def is_hashable(self) -> bool:
        """Whether it can be compared with others: containers of axes cannot."""
        return _is_hashable(self._key)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipe) and self._key == other._key


def _nothing() -> None:
    """Stands for a function."""


def _loop_of(
    funs: tuple[Callable[..., Any], ...], _entrance: Entrance, recipe: Recipe
) -> Loop:
    return recipe.loop(*funs)


def _is_hashable(value: Hashable) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def refuse_change(what: str, where: str, before: Any, after: Any) -> None:
    """Raise CarryMismatchError if something is not what the next iteration needs.

    JAX itself decides about weak types, which it can strengthen.
    """
    if disagreement(before, after) is None:
        return
    structure: Any = jax.tree.structure(before, is_leaf=is_object)
    # Of another structure, which is the disagreement, nothing can be strengthened.
    if structure == jax.tree.structure(after, is_leaf=is_object):
        before = jax.tree.map(_strengthened, before, after, is_leaf=is_object)
    found = disagreement(before, after)
    if found is not None:
        raise CarryMismatchError(what, where or found.path, *found[1:])


def _strengthened(before: Any, after: Any) -> Any:
    """What JAX may make of a weakly typed value; any other as it is."""
    if is_object(before) or is_object(after) or np.shape(before) != np.shape(after):
        return before
    return after if jax.typeof(before).weak_type else before


class _Shared(Exception):  # noqa: N818 (it is a signal, not an error)
    """Leaves with axis None were written."""

    def __init__(self, numbers: list[int]) -> None:
        super().__init__(numbers)
        self.numbers = numbers


class Loop:
    """A scan as a function of arrays. It knows nothing of the caller's objects.

    Args:
        body: one iteration.
        around: a transform of functions of arrays.
        options: of `jax.lax.scan`.
    """

    def __init__(
        self, body: Body, around: Callable[..., Any], options: Mapping[str, Any]
    ) -> None:
        """Trace nothing yet."""
        self._iteration, self._around, self._options = body, around, options
        self._axes, self._count = body.inputs.axes, body.count

    def __call__(
        self, flat: Sequence[Any]
    ) -> tuple[dict[Axis, list[Any]], list[Any], Note]:
        """What came out stacked, by axis; what was handed on at last; the note."""
        while True:
            try:
                return self._once(flat)
            except _Shared as signal:
                # What all share and one writes, the next one has to see.
                for number in signal.numbers:
                    self._axes[number] = Carry

    def _once(
        self, flat: Sequence[Any]
    ) -> tuple[dict[Axis, list[Any]], list[Any], Note]:
        xs = [_moved(flat[n], self._axes[n], 0) for n in self._with(int)]
        init = [flat[n] for n in self._with(type)]

        # JAX looks at the signature, and takes longer for that of a partial.
        def body(carry: Any, xs: Any) -> Any:
            return self._body(flat, carry, xs)

        last, (stacked, note) = jax.lax.scan(
            self._around(body),
            init,
            xs,
            **self._options,
        )
        by_axis = {axis: _moved(leaves, 0, axis) for axis, leaves in stacked.items()}
        return by_axis, jax.tree.leaves(self._last(last, note)), note

    def _with(self, kind: type) -> list[int]:
        """The inputs whose axis is an int, or Carry, which is a type."""
        return [n for n, axis in enumerate(self._axes) if isinstance(axis, kind)]

    def _body(
        self, shared: Sequence[Any], carry: Sequence[Any], xs: Sequence[Any]
    ) -> tuple[list[Any], tuple[dict[Axis, list[Any]], Note]]:
        flat, carried = list(shared), self._with(type)
        for numbers, contents in ((carried, carry), (self._with(int), xs)):
            for number, content in zip(numbers, contents, strict=True):
                flat[number] = content
        ended = self._iteration.run(flat)
        self._check(ended)
        after = [ended.written.get(n, flat[n]) for n in carried if n < self._count]
        after += [output.content for output in ended.values if output.axis is Carry]
        places = self._iteration.inputs.places
        for number, content in zip(carried, after, strict=False):
            if number < self._count:
                where = show_place(places[number])
                refuse_change("Variable", where, flat[number], content)
        by_axis, note = ended.sort()
        by_axis.pop(Carry, None)
        return after, (by_axis, note)

    def _last(self, last: Sequence[Any], note: Note) -> list[Any]:
        """What was handed on at last, in the order of outputs with axis Carry."""
        by_number = dict(zip(self._with(type), last, strict=True))
        values = [last for number, last in by_number.items() if number >= self._count]
        return values + [by_number[n] for n in note.written if n in by_number]

    def _check(self, ended: Ended) -> None:
        """Refuse what cannot leave an iteration."""
        if shared := [n for n in ended.written if self._axes[n] is None]:
            raise _Shared(shared)
        for output in ended.values:
            if output.axis is None:
                why = "scan stacks what is returned, or hands it on"
                raise AxesPrefixError(output.place, why)
        self._refuse_edits(ended)
        for output in ended.fresh:
            if not isinstance(output.axis, int):
                if output.place[0] == RETURNED:
                    raise AxesPrefixError(output.place, "a new object is stacked")
                raise LoopEditError(output.place)

    def _refuse_edits(self, ended: Ended) -> None:
        """Raise LoopEditError for an edit of an object that iterations share."""
        objects = ended.result.outcome.objects
        if objects is None or not objects.edited:
            return
        for root, numbers in enumerate(self._iteration.entrance.layout.leaf_numbers()):
            is_scanned = any(isinstance(self._axes[n], int) for n in numbers)
            if not is_scanned and ended.inside.is_edited(root):
                raise LoopEditError(self._iteration.inputs.place_of(root))


def _moved(content: Any, source: Any, destination: Any) -> Any:
    """Content whose arrays have an axis elsewhere."""
    if source == destination:
        return content
    return jax.tree.map(lambda x: jnp.moveaxis(x, source, destination), content)

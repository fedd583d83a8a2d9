"""cond and switch: one of several functions of objects, chosen when the program runs.

Each branch is traced once and tells which leaves it writes. What one of them writes,
all return, so that the branches have the same outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax

from ramie.graph import GraphDiff, diff
from ramie.graph.extend import build, content_of, is_tracing, retyped, show_path

from ._agreement import Returned, disagreement
from ._crossing import Crossing
from ._entrance import Entrance
from ._outcome import Objects, Outcome, Result
from ._programs import program_of
from .errors import BranchEditError, BranchMismatchError, NoBranchError


def cond(
    pred: Any,
    true_fun: Callable[..., Any],
    false_fun: Callable[..., Any],
    *operands: Any,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """Call one of two functions, as a value in the program says.

    What the function that is called does to the operands happens to the caller's.
    Variables that only the other one writes stay as they are.

    Args:
        pred: a boolean, or a number that is one unless it is zero.
        true_fun: what to call if it is true.
        false_fun: what to call if it is false.
        *operands: what to call it with: modules, Variables and arrays.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether structural edits reach the caller; None asks
            `set_graph_updates`. Both functions have to make the same ones.

    Returns:
        What the function returned.

    Raises:
        BranchMismatchError: they return, or write, other shapes or dtypes.
        BranchEditError: they edit the structure of the operands, or return objects,
            in different ways.
        TraceLevelError: a function writes to an object it closed over.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

    Example:
        >>> from ramie.variables import Variable
        >>> count = Variable(jnp.array(0))
        >>> def add(count):
        ...     count.value += 1
        >>> cond(True, add, lambda count: None, count)
        >>> count.value.item()
        1
    """
    return _choose(
        jax.lax.cond,
        pred,
        (true_fun, false_fun),
        operands,
        graph=graph,
        graph_updates=graph_updates,
        action="cond()",
    )


def switch(
    index: Any,
    branches: Sequence[Callable[..., Any]],
    *operands: Any,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """Call one of several functions, as a number in the program says.

    What the function that is called does to the operands happens to the caller's.
    Variables that only others write stay as they are.

    Args:
        index: which one; the nearest if there are not as many.
        branches: the functions.
        *operands: what to call it with: modules, Variables and arrays.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether structural edits reach the caller; None asks
            `set_graph_updates`. All functions have to make the same ones.

    Returns:
        What the function returned.

    Raises:
        NoBranchError: there is nothing to choose from.
        BranchMismatchError: they return, or write, other shapes or dtypes.
        BranchEditError: they edit the structure of the operands, or return objects,
            in different ways.
        TraceLevelError: a function writes to an object it closed over.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

    Example:
        >>> from ramie.variables import Variable
        >>> x = Variable(jnp.array(3.0))
        >>> switch(1, [lambda x: -x, lambda x: 2 * x, lambda x: x**2], x).item()
        6.0
    """
    if not branches:
        raise NoBranchError
    return _choose(
        _switch,
        index,
        tuple(branches),
        operands,
        graph=graph,
        graph_updates=graph_updates,
        action="switch()",
    )


def _switch(index: Any, *branches_and_operands: Any) -> Any:
    *branches, contents, values = branches_and_operands
    return jax.lax.switch(index, branches, contents, values)


def _choose(
    choose: Callable[..., Any],
    which: Any,
    funs: tuple[Callable[..., Any], ...],
    operands: tuple[Any, ...],
    **mode: Any,
) -> Any:
    crossing = Crossing(operands, {}, **mode)
    choice = program_of(Choice, funs, crossing.entrance, choose)
    result, written = choice.call(
        content_of(which), crossing.contents, crossing.found.values
    )
    return crossing.apply(result, written)


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
        self._compiled = jax.jit(self._call)

    def call(
        self, which: Any, contents: list[Any], values: list[Any]
    ) -> tuple[Result, dict[int, Any]]:
        """Choose; inside a trace as part of it, elsewhere as a compiled program."""
        call = self._call if is_tracing() else self._compiled
        return call(which, contents, values)

    def _part(self, fun: Callable[..., Any]) -> Any:
        """A branch, which JAX traces once however often it is asked for."""

        def part(contents: list[Any], values: list[Any]) -> Any:
            return self._entrance.pure(fun, contents, values)

        return jax.jit(part)

    def _call(
        self, which: Any, contents: list[Any], values: list[Any]
    ) -> tuple[Result, dict[int, Any]]:
        traced = [part.trace(contents, values).out_info for part in self._parts]
        written = sorted({leaf for _, writes in traced for leaf in writes})
        first, *others = (
            (result, [writes.get(leaf, contents[leaf]) for leaf in written])
            for result, writes in traced
        )
        for number, other in enumerate(others, 1):
            self._agree(number, first, other, written)

        def arrays_of(part: Any) -> Callable[..., Any]:
            def arrays(contents: list[Any], values: list[Any]) -> Any:
                result, writes = part(contents, values)
                now = [writes.get(leaf, contents[leaf]) for leaf in written]
                return result.values, result.fresh, now

            return arrays

        returned, fresh, now = self._choose(
            which, *map(arrays_of, self._parts), contents, values
        )
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
        found = diff(self._objects(first), self._objects(second))
        # What is in the arrays is unknown, and their types were compared before.
        return str(
            GraphDiff(tuple(each for each in found.entries if each.aspect != "shape"))
        )

    def _objects(self, objects: Objects | None) -> tuple[Any, ...]:
        """The operands and then the returned objects, as they are after a branch."""
        layout = self._entrance.layout
        if objects is None:
            return tuple(layout.rebuild(layout.own_types()).roots)
        graph = objects.graphdef
        return tuple(build(graph, [jax.typeof(0.0)] * graph.num_leaves, {})[0])


def _shown(result: Result) -> Any:
    """What a branch returns, with a number for each object."""
    places = result.outcome.places
    return result.returned([Returned(place) for place in places if place is not None])

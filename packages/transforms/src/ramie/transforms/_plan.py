"""Plan: how one function is called for one layout of its arguments.

Learnt from a trace: which leaves the program reads, which it writes. The compiled
program takes the written and donated leaves, the others it needs, and the plain
values, and returns the written leaves. A trace for other plain values may read or write
more; it is noticed while JAX traces, and the program is made wider.

What donated memory became is never lost, and no edit is made by halves: a call that was
interrupted after its program had run is finished before the interrupt goes on.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import jax

from ramie.graph.extend import FlatView, is_tracing

from ._arguments import refuse_untraceable
from ._donation import Donation, Options
from ._entrance import Entrance
from ._groups import Contents, Groups, give_back, groups_of, read_groups
from ._layout import Layout
from ._outcome import Outcome, Result
from ._outside import Outside
from ._plan_program import Program, TooNarrow, new_key
from ._shardings import Shardings
from ._traces import Trace, note_trace


class Plan:
    """How one function is called for one layout of its arguments.

    Args:
        fun: the user's function.
        layout: of the roots.
        form: of the arguments.
        options: what is static and donated.
        updates: whether structural edits made inside reach the caller.
        shardings: of arguments and results, unless JAX is to choose them.

    Attributes:
        entrance: layout, form and updates.
        traces: for each time the function was traced, when, and for what values.
        outcomes: what its traces found, by a number that the program returns.
    """

    def __init__(
        self,
        fun: Callable[..., Any],
        layout: Layout,
        form: tuple[Any, ...],
        options: Options,
        updates: bool = True,
        shardings: Shardings | None = None,
    ) -> None:
        self._fun, self.entrance = fun, Entrance(layout, form, updates)
        self._options, self._shardings = options, shardings
        self.layout = layout
        self.traces: list[Trace] = []
        self.donation = Donation(layout, form, options)
        self.pure = jax.jit(self._pure)
        self.outcomes: dict[int, Outcome] = {}
        self._read: frozenset[int] = frozenset()
        self._written: frozenset[int] = frozenset()
        self._result: Result | None = None
        self._program: Program

    def jit_options(self, program: Program) -> dict[str, Any]:
        """What `jax.jit` is told about a program, besides what it donates."""
        options = dict(self._options.jit)
        if self._shardings is None:
            return options
        given = self._shardings
        options["in_shardings"] = (
            *program.take(given.leaves),
            *self.donation.part_values(given.values),
        )
        if self._result is not None:
            result, leaves = given.of_result(self._result)
            written = program.by_share(leaves)
            # None, because what is static about the result is not known for sure.
            known = None
            if self._options.out_shardings is not None:
                known = self.numbered(result)
            options["out_shardings"] = (known, written)
        return options

    def _pure(
        self, contents: list[Any], values: list[Any]
    ) -> tuple[Result, dict[int, Any]]:
        """The function of arrays, all of them: what JAX traces, once."""
        self.traces.append(Trace(values))
        note_trace(self._fun)
        return self.entrance.pure(self._fun, contents, values)

    def numbered(self, result: Result) -> dict[int, list[Any]]:
        """A result as the program returns it: made by JAX without running Python."""
        outcome = result.outcome
        same = (n for n, known in list(self.outcomes.items()) if known == outcome)
        number = next(same, None)
        if number is None:
            number = new_key()
            self.outcomes[number] = outcome
        return {number: [result.values, result.fresh]}

    def result(self, numbered: dict[int, list[Any]]) -> Result:
        """The result that the program returned."""
        ((number, (values, fresh)),) = numbered.items()
        return Result(values, fresh, self.outcomes[number])

    def learn(
        self, roots: Sequence[Any], views: Sequence[FlatView], values: list[Any]
    ) -> None:
        """Trace once, to find out what the program reads and writes."""
        try:
            found = self.uses(Outside(roots, views, self.layout).read(), values)
        except TypeError:
            refuse_untraceable(self.entrance.form, roots, values)
            raise
        self.widen(*found)

    def widen(self, read: set[int], written: set[int]) -> None:
        """Compile a program that reads and writes these leaves too."""
        if self._options.jit.get("keep_unused"):
            read = set(range(len(self.layout.paths)))
        if self._shardings is not None and self._result is not None:
            written = written | self._shardings.moved(self._result)
        self._read |= read
        self._written |= written
        self._program = Program(self, self._read, self._written)

    def uses(self, contents: list[Any], values: list[Any]) -> tuple[set[int], set[int]]:
        """The leaves that a trace reads and writes. JAX keeps the trace."""
        traced = self.pure.trace(contents, values)
        written = traced.out_info[1]
        jaxpr = traced.jaxpr.jaxpr
        used = {id(var) for eqn in jaxpr.eqns for var in eqn.invars}
        used.update(map(id, jaxpr.outvars))
        invars = iter(jaxpr.invars)
        read = set()
        for leaf, content in enumerate(contents):
            arrays = len(jax.tree.leaves(content))
            theirs = {id(var) for var in itertools.islice(invars, arrays)}
            if not theirs.isdisjoint(used):
                read.add(leaf)
        return read, set(written)

    def trace(
        self, roots: Sequence[Any], views: Sequence[FlatView], values: list[Any]
    ) -> Any:
        """What `jax.jit(...).trace` answers for the program."""
        program = self._program
        contents = Outside(roots, views, self.layout).read()
        passed = *program.take(contents), *self.donation.part_values(values)
        try:
            return program.call.trace(*passed)
        except TooNarrow as found:
            self.widen(found.read, found.written)
            return self.trace(roots, views, values)
        except TypeError:
            refuse_untraceable(self.entrance.form, roots, values)
            raise

    def compiled(self, call: Callable[..., Any]) -> Plan:
        """The same plan, with a program that is compiled already."""
        plan = copy.copy(self)
        plan._program = copy.copy(self._program)
        plan._program.call = call
        return plan

    def run(
        self, roots: Sequence[Any], views: Sequence[FlatView], values: list[Any]
    ) -> Any:
        """Call the program, and make happen to the caller's objects what it did."""
        program = self._program
        groups = [
            groups_of(views[root], program.key, share, program.leaves_of)
            for share, root in enumerate(program.shares)
        ]
        contents = read_groups(groups)
        donated, kept = program.part(*contents)
        given, others = self.donation.part_values(values)
        done: list[Any] = []
        try:
            # In C up to the list: no interrupt loses what donated memory became.
            done.extend(map(program.call, (donated,), (kept,), (given,), (others,)))
            return self._finish(roots, views, groups, program, *done[0])
        except BaseException as error:
            if not done:
                self._failed(error, program, contents, roots, values)
            else:
                # Without edits, all is written or nothing.
                if donated or self.result(done[0][0]).outcome.objects is not None:
                    with suppress(type(error)):  # it is raised below
                        self._finish(roots, views, groups, program, *done[0])
                raise
        return self.run(roots, views, values)

    def _failed(
        self,
        error: BaseException,
        program: Program,
        contents: tuple[Contents, Contents],
        roots: Sequence[Any],
        values: list[Any],
    ) -> None:
        """Raise what a program failed with, or widen it if that is all it needs."""
        if isinstance(error, TooNarrow):
            self.widen(error.read, error.written)
            return
        if isinstance(error, TypeError):
            refuse_untraceable(self.entrance.form, roots, values)
        if isinstance(error, jax.errors.JaxRuntimeError):
            own = program.by_leaf(*contents)
            self.donation.refuse_shared_arrays(program.donated, own, values)
        raise error

    def _finish(
        self,
        roots: Sequence[Any],
        views: Sequence[FlatView],
        groups: Sequence[Groups],
        program: Program,
        numbered: dict[int, list[Any]],
        contents: Contents,
    ) -> Any:
        """Make happen to the caller's objects what a program did; again if need be."""
        result = self.result(numbered)
        outcome = result.outcome
        if (
            outcome.objects is None
            and not outcome.retyped
            # Inside a trace the leaves must belong to it, which `apply` checks.
            and not (any(contents) and is_tracing())
        ):
            self._write(groups, contents)
            return outcome.treedef.unflatten(result.values)
        outside = Outside(roots, views, self.layout)
        return self._apply(outside, result, program.by_leaf(contents))

    def _write(self, groups: Sequence[Groups], contents: Contents) -> None:
        give_back(groups, contents)

    def _apply(self, outside: Outside, result: Result, written: dict[int, Any]) -> Any:
        return outside.apply(result, written)

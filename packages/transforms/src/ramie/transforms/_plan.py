"""Plan: how one function is called for one layout of its arguments.

Learnt from a trace: which leaves the program reads, which it writes. The compiled
program takes the written and donated leaves, the others it needs, and the plain
values, and returns the written leaves. Leaves it never reads are constants of their
type, which vanish. A trace for other plain values may read or write more; it is
noticed while JAX traces, and the program is made wider.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ramie.graph.extend import FlatView, LeafGroup, is_tracing, write_groups

from ._arguments import refuse_untraceable
from ._donation import Donation, Options
from ._entrance import Entrance
from ._groups import groups_of, read_groups
from ._layout import Layout
from ._outcome import Result
from ._outside import Outside
from ._shardings import Shardings
from ._traces import Trace, note_trace

new_key = itertools.count().__next__
"""A number that no program has yet."""


class TooNarrow(Exception):  # noqa: N818 (it is a signal, not an error)
    """A trace reads or writes leaves that the program leaves out."""

    def __init__(self, read: set[int], written: set[int]) -> None:
        """Keep what the trace reads and writes."""
        super().__init__(read, written)
        self.read, self.written = read, written


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
            [given.leaves[leaf] for leaf in program.donated],
            [given.leaves[leaf] for leaf in program.kept],
            *self.donation.part_values(given.values),
        )
        if self._result is not None:
            result, leaves = given.of_result(self._result)
            written = [leaves[leaf] for leaf in program.order]
            # None, because what is static about the result is not known for sure.
            known = result if self._options.out_shardings is not None else None
            options["out_shardings"] = (known, written)
        return options

    def _pure(
        self, contents: list[Any], values: list[Any]
    ) -> tuple[Result, dict[int, Any]]:
        """The function of arrays, all of them: what JAX traces, once."""
        self.traces.append(Trace(values))
        note_trace(self._fun)
        return self.entrance.pure(self._fun, contents, values)

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
        donated = [contents[leaf] for leaf in program.donated]
        kept = [contents[leaf] for leaf in program.kept]
        try:
            return program.call.trace(donated, kept, *self.donation.part_values(values))
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
            groups_of(view, program.key, number, program.leaves_of)
            for number, view in enumerate(views)
        ]
        donated, kept = read_groups(groups)
        try:
            result, contents = program.call(
                donated, kept, *self.donation.part_values(values)
            )
        except TooNarrow as found:
            self.widen(found.read, found.written)
            return self.run(roots, views, values)
        except TypeError:
            refuse_untraceable(self.entrance.form, roots, values)
            raise
        except jax.errors.JaxRuntimeError:
            own = dict(zip(program.donated + program.kept, donated + kept, strict=True))
            self.donation.refuse_shared_arrays(program.donated, own, values)
            raise
        outcome = result.outcome
        if (
            outcome.objects is None
            and not outcome.retyped
            # Inside a trace the leaves must belong to it, which `apply` checks.
            and not (contents and is_tracing())
        ):
            self._write([group.written for group in groups], contents)
            return outcome.treedef.unflatten(result.values)
        outside = Outside(roots, views, self.layout)
        written = dict(zip(program.order, contents, strict=True))
        return self._apply(outside, result, written)

    def _write(self, groups: list[LeafGroup], contents: list[Any]) -> None:
        write_groups(groups, contents)

    def _apply(self, outside: Outside, result: Result, written: dict[int, Any]) -> Any:
        return outside.apply(result, written)


class Program:
    """A compiled function of the arrays a plan needs, in a fixed order.

    Attributes:
        key: tells it from every other program.
        donated: the leaves whose memory it may reuse; it writes all of them.
        kept: the other leaves it is passed.
        order: the leaves it writes, as it returns them.
        call: the compiled function.
    """

    def __init__(
        self, plan: Plan, read: frozenset[int], written: frozenset[int]
    ) -> None:
        self.key = new_key()
        self._plan, self._read, self._written = plan, read, written
        self._types = plan.layout.own_types()
        constant = {n for n, types in enumerate(self._types) if _has_constant(types)}
        everything = frozenset(range(len(self._types)))
        donated = plan.donation.leaves & written
        self.order = sorted(written)
        self.donated = sorted(donated)
        self.kept = sorted((read | written | (everything - constant)) - donated)
        options = plan.jit_options(self)
        self.call: Any = jax.jit(self._compute, donate_argnums=(0, 2), **options)

    def leaves_of(self, root: int) -> tuple[list[int], list[int], list[int]]:
        """The leaves of one root that are donated, kept and written, as it has them."""
        start = self._plan.layout.starts[root]
        own = self._plan.layout.roots[root].own
        stop = start + len(own)
        donated, kept, written = (
            [own[leaf - start] for leaf in which if start <= leaf < stop]
            for which in (self.donated, self.kept, self.order)
        )
        return donated, kept, written

    def _compute(
        self,
        donated: list[Any],
        kept: list[Any],
        donated_values: list[Any],
        values: list[Any],
    ) -> tuple[Result, list[Any]]:
        passed = dict(zip(self.donated + self.kept, donated + kept, strict=True))
        contents = [
            passed[leaf] if leaf in passed else _constant(types)
            for leaf, types in enumerate(self._types)
        ]
        all_values = self._plan.donation.join_values(donated_values, values)
        read, writes = self._plan.uses(contents, all_values)
        if not (read <= self._read and writes <= self._written):
            raise TooNarrow(read, writes)
        result, written = self._plan.pure(contents, all_values)
        return result, [written.get(leaf, contents[leaf]) for leaf in self.order]


def _constant(types: Any) -> Any:
    """A content of these types that nobody will read."""
    return jax.tree.map(lambda type_: jnp.zeros(type_.shape, type_.dtype), types)


def _has_constant(types: Any) -> bool:
    """Whether `_constant` gives exactly these types.

    Keys, weakly typed arrays and arrays with a sharding in their type are passed.
    """
    return all(
        not jnp.issubdtype(type_.dtype, jax.dtypes.extended)
        and type_ == jax.core.ShapedArray(type_.shape, type_.dtype)
        for type_ in jax.tree.leaves(types)
    )

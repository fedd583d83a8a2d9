"""Plan: how one function is called for one layout of its arguments.

Learnt from one trace: which leaves the program reads, which it writes. The compiled
program takes the written and donated leaves, the others it needs, and the plain
values, and returns the written leaves. Leaves it never reads are constants of their
type, which vanish. A trace for other plain values may read or write more; it is
noticed while JAX traces, and the plan is made wider.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from ramie.graph import GraphDef
from ramie.graph.extend import (
    EAGER,
    CellKind,
    FlatView,
    check_trace,
    current_trace,
    show_path,
    walk_definitions,
)

from ._arguments import Loose, Tree, restore_arguments
from ._inside import Inside
from ._layout import MOST_NOTES, Layout
from ._outcome import Result
from ._outside import Outside
from .errors import SharedDonationError

_serials = itertools.count()


@dataclass(frozen=True, slots=True)
class Options:
    """Which arguments are static or donated, by position and by name."""

    static: frozenset[int | str]
    donated: frozenset[int | str]


@dataclass(frozen=True, slots=True)
class Group:
    """Leaves of one view, ready to be read and written together."""

    leaves: list[Any]
    kinds: list[CellKind]
    kind: CellKind | None

    def read(self) -> list[Any]:
        """Their contents."""
        if self.kind is not None:
            return list(map(self.kind.read, self.leaves))
        return [
            kind.read(leaf) for kind, leaf in zip(self.kinds, self.leaves, strict=True)
        ]

    def write(self, contents: Iterable[Any]) -> None:
        """Give them contents; as many as they are."""
        if self.kind is not None:
            # In C from end to end: no interrupt falls between two writes.
            deque(map(self.kind.write, self.leaves, contents), maxlen=0)
            return
        for kind, leaf, content in zip(self.kinds, self.leaves, contents, strict=False):
            kind.write(leaf, content)


class WiderPlanNeeded(Exception):  # noqa: N818 (it is a signal, not an error)
    """A trace reads or writes leaves that the plan leaves out."""


class Plan:
    """How one function is called for one layout of its arguments.

    Args:
        fun: the user's function.
        layout: of the roots.
        form: of the arguments.
        options: what is static and donated.
    """

    def __init__(
        self,
        fun: Callable[..., Any],
        layout: Layout,
        form: tuple[Any, ...],
        options: Options,
    ) -> None:
        self._fun, self._layout, self._form = fun, layout, form
        self._serial = next(_serials)
        self._inner = jax.jit(self._pure)
        self._outer: Any = None
        self._read: set[int] = set()
        self._written: set[int] = set()
        self._starts = list(
            itertools.accumulate((len(root.own) for root in layout.roots), initial=0)
        )
        donated_entries = _donated_entries(form, options)
        self._donated_roots = set(_roots_in(donated_entries, len(layout.roots)))
        self._donated_values = frozenset(_values_in(donated_entries))
        self._refuse_shared_donation()
        self._order: list[int] = []
        self._donated: list[int] = []
        self._kept: list[int] = []

    # ── the program

    def _pure(
        self, contents: list[Any], values: list[Any]
    ) -> tuple[Result, dict[int, Any]]:
        """The function of arrays: what JAX traces, once."""
        inside = Inside(self._layout, contents)
        args, kwargs = restore_arguments(self._form, inside.roots, values)
        return inside.close(self._fun(*args, **kwargs))

    def _program(
        self,
        donated: list[Any],
        kept: list[Any],
        donated_values: list[Any],
        values: list[Any],
    ) -> tuple[Result, list[Any]]:
        """The function of the arrays that are passed."""
        contents = self._all_contents(donated, kept)
        all_values = self._join_values(donated_values, values)
        if not self._covers(contents, all_values):
            raise WiderPlanNeeded
        result, written = self._inner(contents, all_values)
        return result, [written.get(leaf, contents[leaf]) for leaf in self._order]

    def _all_contents(self, donated: list[Any], kept: list[Any]) -> list[Any]:
        passed = dict(zip(self._donated + self._kept, donated + kept, strict=True))
        return [
            passed[leaf] if leaf in passed else _constant(types)
            for leaf, types in enumerate(self._layout.own_types())
        ]

    def _covers(self, contents: list[Any], values: list[Any]) -> bool:
        read, written = self._uses(contents, values)
        wider = not (read <= self._read and written <= self._written)
        self._read |= read
        self._written |= written
        return not wider

    def _uses(
        self, contents: list[Any], values: list[Any]
    ) -> tuple[set[int], set[int]]:
        """The leaves that a trace reads and writes. The trace is kept by JAX."""
        traced = self._inner.trace(contents, values)
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

    def _settle(self) -> None:
        """Fix what is passed, in which order, and compile anew."""
        self._order = sorted(self._written)
        donated = {leaf for leaf in self._written if self._is_donated(leaf)}
        special = {
            leaf
            for leaf, types in enumerate(self._layout.own_types())
            if not _has_constant(types)
        }
        kept = (self._read | self._written | special) - donated
        self._donated, self._kept = sorted(donated), sorted(kept)
        self._outer = jax.jit(self._program, donate_argnums=(0, 2))
        self._serial = next(_serials)

    # ── calls

    def learn(
        self, roots: Sequence[Any], views: Sequence[FlatView], values: list[Any]
    ) -> None:
        """Trace once, to find out what the program reads and writes."""
        self._covers(Outside(roots, views, self._layout).read(), values)
        self._settle()

    def run(
        self, roots: Sequence[Any], views: Sequence[FlatView], values: list[Any]
    ) -> Any:
        """Call the program, and make happen to the caller's objects what it did."""
        groups = [self._groups(number, view) for number, view in enumerate(views)]
        donated: list[Any] = []
        kept: list[Any] = []
        for donated_group, kept_group, _ in groups:
            donated += donated_group.read()
            kept += kept_group.read()
        donated_values, other_values = self._part_values(values)
        try:
            result, contents = self._outer(donated, kept, donated_values, other_values)
        except WiderPlanNeeded:
            self._settle()
            return self.run(roots, views, values)
        outcome = result.outcome
        if outcome.objects is None and not outcome.retyped:
            if contents and current_trace() is not EAGER:
                _check_traces(groups)
            rest = iter(contents)
            for _, _, written in groups:
                written.write(itertools.islice(rest, len(written.leaves)))
            return outcome.treedef.unflatten(result.values)
        outside = Outside(roots, views, self._layout)
        return outside.apply(result, dict(zip(self._order, contents, strict=True)))

    def _groups(self, number: int, view: FlatView) -> tuple[Group, Group, Group]:
        """The leaves of one view that are donated, passed, and written."""
        key = self._serial, number
        found: tuple[Group, Group, Group] | None = view.notes.get(key)
        if found is None:
            if len(view.notes) >= MOST_NOTES:
                view.notes.clear()
            start, stop = self._starts[number : number + 2]
            own = self._layout.roots[number].own
            donated, kept, written = (
                _group(
                    view, [own[leaf - start] for leaf in which if start <= leaf < stop]
                )
                for which in (self._donated, self._kept, self._order)
            )
            found = view.notes[key] = donated, kept, written
        return found

    def _part_values(self, values: list[Any]) -> tuple[list[Any], list[Any]]:
        if not self._donated_values:
            return [], values
        donated = self._donated_values
        return (
            [value for number, value in enumerate(values) if number in donated],
            [value for number, value in enumerate(values) if number not in donated],
        )

    def _join_values(self, donated: list[Any], others: list[Any]) -> list[Any]:
        first, second = iter(donated), iter(others)
        return [
            next(first) if number in self._donated_values else next(second)
            for number in range(len(donated) + len(others))
        ]

    # ── donation

    def _is_donated(self, leaf: int) -> bool:
        (root,) = (
            number
            for number, (start, stop) in enumerate(itertools.pairwise(self._starts))
            if start <= leaf < stop
        )
        return root in self._donated_roots

    def _refuse_shared_donation(self) -> None:
        if not self._donated_roots:
            return
        for number, root in enumerate(self._layout.roots):
            for index, earlier, there in root.shared:
                if (number in self._donated_roots) == (earlier in self._donated_roots):
                    continue
                mine = _path_of(root.graphdef, index)
                theirs = _path_of(self._layout.roots[earlier].graphdef, there)
                if number in self._donated_roots:
                    raise SharedDonationError(mine, theirs)
                raise SharedDonationError(theirs, mine)


def _group(view: FlatView, leaves: Sequence[int]) -> Group:
    return Group(
        [view.leaves[leaf] for leaf in leaves],
        [view.kinds[leaf] for leaf in leaves],
        view.kind,
    )


def _check_traces(groups: Sequence[tuple[Group, Group, Group]]) -> None:
    for _, _, written in groups:
        for leaf in written.leaves:
            check_trace(leaf, ())


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


def _donated_entries(form: tuple[Any, ...], options: Options) -> list[Any]:
    names, *entries = form
    positional = len(entries) - len(names)
    keys = [*range(positional), *names]
    return [
        entry
        for key, entry in zip(keys, entries, strict=True)
        if key in options.donated
    ]


def _roots_in(entries: Iterable[Any], roots: int) -> Iterator[int]:
    """The roots that some arguments hold; loose cells are the last one."""
    for entry in entries:
        if isinstance(entry, Tree):
            yield from _roots_in(entry.entries, roots)
        elif isinstance(entry, Loose):
            yield roots - 1
        elif isinstance(entry, int) and entry < 0:
            yield -1 - entry


def _values_in(entries: Iterable[Any]) -> Iterator[int]:
    """The plain values that some arguments hold."""
    for entry in entries:
        if isinstance(entry, Tree):
            yield from _values_in(entry.entries)
        elif isinstance(entry, int) and entry >= 0:
            yield entry


def _path_of(graphdef: GraphDef[Any], number: int) -> str:
    """The first path that leads to an object."""
    for path, definition in walk_definitions(graphdef):
        if definition is graphdef.nodes[number]:
            return show_path(path)
    raise AssertionError("every object has a path")

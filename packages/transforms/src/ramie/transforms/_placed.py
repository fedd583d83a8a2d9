"""Jitted functions with shardings: what they hold is where the user says.

What objects hold is moved there before a call, once; a warm call asks every array
whether somebody decided where it is, and looks closer only if not.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, ParamSpec, TypeVar

import jax

from ramie.graph.extend import FlatView, is_tracing, type_of, view_of, write_groups

from ._arguments import Sorted
from ._groups import Contents, Groups, groups_of
from ._jitted import Jit
from ._layout import Layout, layout_of
from ._outcome import Result
from ._outside import Outside, note_types
from ._plan import Plan
from ._plan_program import new_key
from ._shardings import Shardings, is_movable
from .errors import ShardingPrefixError

P = ParamSpec("P")
R = TypeVar("R")


class PlacedPlan(Plan):
    """A plan with shardings of arguments or results."""

    def learn(
        self, roots: Sequence[Any], views: Sequence[FlatView], values: list[Any]
    ) -> None:
        """Trace once more, with shardings of arguments, before results get theirs.

        What is static about a result may depend on the shardings of arguments.
        """
        self._key = new_key()
        super().learn(roots, views, values)
        self._result = self.result(self.trace(roots, views, values).out_info[0])
        self.widen(set(), set())

    def place(self, roots: Sequence[Any], views: Sequence[FlatView]) -> bool:
        """Move what is not where it is needed; whether there was anything."""
        assert self._shardings is not None
        wanted = self._shardings.leaves
        contents = [
            content
            for number, view in enumerate(views)
            for content in groups_of(
                view, self._key, number, self._leaves_of
            ).read_others()
        ]
        # Mostly all are: look closer only if not.
        if all(getattr(content, "committed", False) for content in contents):
            return False
        if not any(map(is_movable, contents, wanted)):
            return False
        self._shardings.place(Outside(roots, views, self.layout))
        return True

    def _leaves_of(self, root: int) -> tuple[Sequence[int], Sequence[int]]:
        return (), self.layout.roots[root].own

    def _write(self, groups: Sequence[Groups], contents: Contents) -> None:
        """Write; what came back on other devices has another type."""
        written = [group.written for group in groups]
        before = [content for group in written for content in group.read()]
        after = list(itertools.chain(*contents))
        write_groups(written, after)
        leaves = itertools.chain(*[group.leaves for group in written])
        note_types(zip(leaves, before, after, strict=True))

    def _apply(self, outside: Outside, result: Result, written: dict[int, Any]) -> Any:
        """Apply; likewise."""
        before = outside.read()
        returned = super()._apply(outside, result, written)
        outside.retype(before)
        return returned


class PlacedJit(Jit[P, R]):
    """A compiled function with shardings of arguments or results."""

    def prepare(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Plan, list[Any], list[FlatView], list[Any]]:
        """Find the plan, and move what was written since to where it is needed."""
        prepared = super().prepare(args, kwargs)
        plan, roots, views, _ = prepared
        assert isinstance(plan, PlacedPlan)
        if not is_tracing() and plan.place(roots, views):
            # Where an array is may belong to its type, and that to the structure.
            return super().prepare(args, kwargs)
        return prepared

    def _static_part(self, found: Sorted, updates: bool) -> Any:
        static = super()._static_part(found, updates)
        if self._options.out_shardings is None:
            return static
        # Which values come out, and so their shardings, depends on those going in.
        leaves, treedef = jax.tree.flatten(found.values)
        return *static, treedef, tuple(map(type_of, leaves))

    def _find(
        self,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        found: Sorted,
        views: list[FlatView],
        static: Any,
    ) -> tuple[Plan, list[FlatView]]:
        """Move what the objects hold before it is traced, which gives it a type."""
        if not is_tracing():
            layout = layout_of(found.roots, views)
            given = self._shardings(args, kwargs, found, layout)
            given.place(Outside(found.roots, views, layout))
            views = list(map(view_of, found.roots))
        return super()._find(args, kwargs, found, views, static)

    def _plan(
        self,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        found: Sorted,
        layout: Layout,
        updates: bool,
    ) -> Plan:
        shardings = self._shardings(args, kwargs, found, layout)
        return PlacedPlan(
            self._fun, layout, found.form, self._options, updates, shardings
        )

    def _shardings(
        self,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        found: Sorted,
        layout: Layout,
    ) -> Shardings:
        options = self._options
        if kwargs and options.in_shardings is not None:
            why = "JAX has none for keyword arguments"
            raise ShardingPrefixError(("in_shardings", *kwargs), why)
        dynamic = [
            (arg, number < self._skipped)
            for number, arg in enumerate(args)
            if self._static is None or not self._static(number)
        ]
        return Shardings(dynamic, found, layout, options)

"""Jitted functions: from the arguments of a call to the plan for its layout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax

from ramie.graph.extend import FlatView, is_tracing, type_of, view_of

from ._abstract import shapes_of
from ._arguments import Sorted, refuse_unhashable, sort_arguments
from ._crossing import Crossing, updates_in_mode
from ._decorator import Wrapped, as_tuple, named_both_ways, shift
from ._donation import Options
from ._layout import Layout, layout_of
from ._plan import PlacedPlan, Plan
from ._shardings import Shardings
from ._stages import Lowered, Traced
from .errors import ShardingPrefixError

JAX_OPTIONS = "keep_unused", "device", "backend", "inline"
"""Options that are passed on to JAX."""


class Jit(Wrapped):
    """A compiled function. It compiles anew for each layout of its arguments."""

    def __init__(
        self,
        fun: Callable[..., Any],
        first: tuple[Any, ...] | None,
        options: dict[str, Any],
        *,
        graph: bool | None = None,
        graph_updates: bool | None = None,
    ) -> None:
        """Compile nothing yet.

        Args:
            fun: the function.
            first: its first arguments, which count among the arguments for the
                options; None for the object it is a method of, which does not.
            options: the options of `jit`.
            graph: graph mode or tree mode.
            graph_updates: whether structural edits reach the caller.
        """
        super().__init__(fun)
        skipped = len(self._owner)
        if first is not None:
            self._owner = (*self._owner, *first)
        static, donated = (
            named_both_ways(
                self._fun,
                shift(as_tuple(options[f"{kind}_argnums"]), skipped),
                as_tuple(options[f"{kind}_argnames"]),
            )
            for kind in ("static", "donate")
        )
        self._static = static.__contains__ if static else None
        self._skipped = skipped
        self._options = Options(
            static,
            donated,
            options["in_shardings"],
            options["out_shardings"],
            {name: options[name] for name in JAX_OPTIONS if options[name]},
        )
        self._graph, self._graph_updates = graph, graph_updates
        self._plans: dict[Any, Plan] = {}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function, compiled for the layout of these arguments."""
        plan, roots, views, values = self.prepare(args, kwargs)
        return plan.run(roots, views, values)

    def prepare(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Plan, list[Any], list[FlatView], list[Any]]:
        """The plan for a call, and the arguments as it takes them."""
        if self._owner:
            args = (*self._owner, *args)
        found = sort_arguments(args, kwargs, self._static)
        roots = found.roots
        views = list(map(view_of, roots))
        layout = layout_of(roots, views)
        updates = updates_in_mode(views, self._graph, self._graph_updates, "jit()")
        key: Any = layout, found.form, updates
        if self._options.out_shardings is not None:
            # Which values come out, and so their shardings, depends on those going in.
            key = key, self._types(found.values)
        try:
            plan = self._plans.get(key)
        except TypeError:
            refuse_unhashable(found.form)
            raise
        if plan is None:
            plan = self._plan(args, kwargs, found, layout, updates)
            plan.learn(roots, views, found.values)
            self._plans[key] = plan
        return plan, roots, views, found.values

    def crossing(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Crossing:
        """The arguments of a call, looked at from all sides."""
        return Crossing(
            (*self._owner, *args),
            kwargs,
            self._static,
            graph=self._graph,
            graph_updates=self._graph_updates,
            action="jit()",
        )

    def _plan(
        self,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        found: Sorted,
        layout: Layout,
        updates: bool,
    ) -> Plan:
        del args, kwargs  # only shardings need them
        return Plan(self._fun, layout, found.form, self._options, updates)

    def _types(self, values: list[Any]) -> Any:
        leaves, treedef = jax.tree.flatten(values)
        return treedef, tuple(map(type_of, leaves))

    def trace(self, *args: Any, **kwargs: Any) -> Traced:
        """Trace the function for arguments, which may hold `jax.ShapeDtypeStruct`s."""
        plan, *arguments = self.prepare(args, kwargs)
        return Traced(self, plan, plan.trace(*arguments))

    def lower(self, *args: Any, **kwargs: Any) -> Lowered:
        """Translate the function for the compiler, for such arguments."""
        return self.trace(*args, **kwargs).lower()

    def eval_shape(self, *args: Any, **kwargs: Any) -> Any:
        """What the function returns, with shapes and dtypes in place of arrays."""
        args = (*self._owner, *args)
        mode = {"graph": self._graph, "graph_updates": self._graph_updates}
        return shapes_of(self._fun, args, kwargs, self._static, **mode)

    def clear_cache(self) -> None:
        """Forget all programs."""
        self._plans.clear()

    @property
    def plans(self) -> list[Plan]:
        """How the function is called, for each layout it was called with."""
        return list(self._plans.values())


class PlacedJit(Jit):
    """A compiled function with shardings of arguments or results."""

    def prepare(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Plan, list[Any], list[FlatView], list[Any]]:
        """Move what the objects hold, which gives it another type; then the plan."""
        if not is_tracing():
            crossing = self.crossing(args, kwargs)
            given = (*self._owner, *args)
            self._shardings(given, kwargs, crossing.found, crossing.layout).place(
                crossing.outside
            )
        return super().prepare(args, kwargs)

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

"""Jitted functions: from the arguments of a call to the plan for its layout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar

from ramie.graph.extend import FlatView, is_paranoid, view_of

from ._abstract import shapes_of
from ._argument_options import named_both_ways, refuse_both
from ._arguments import Sorted, refuse_unhashable, sort_arguments
from ._crossing import Crossing, updates_in_mode
from ._decorator import Wrapped
from ._donation import Options
from ._layout import Layout, layout_of
from ._plan import Plan
from ._stages import Lowered, Traced

P = ParamSpec("P")
R = TypeVar("R")

JAX_OPTIONS = "keep_unused", "device", "backend", "inline"
"""Options that are passed on to JAX."""

MOST_PLANS = 256
"""How many plans one function keeps. JAX, too, forgets the programs of long ago."""


class Jit(Wrapped, Generic[P, R]):
    """A compiled function. It compiles anew for each layout of its arguments."""

    def __init__(
        self,
        fun: Callable[P, R],
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
        super().__init__(fun, "jit()")
        skipped = len(self._owner)
        if first is not None:
            self._owner = (*self._owner, *first)
        static, donated = (
            named_both_ways(
                self._fun,
                kind,
                options[f"{kind}_argnums"],
                options[f"{kind}_argnames"],
                skipped=skipped,
            )
            for kind in ("static", "donate")
        )
        refuse_both(static, donated)
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
        self._by_views: dict[Any, Plan] = {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function, compiled for the layout of these arguments."""
        plan, roots, views, values = self.prepare(args, kwargs)
        result: R = plan.run(roots, views, values)
        return result

    def prepare(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Plan, list[Any], list[FlatView], list[Any]]:
        """The plan for a call, and the arguments as it takes them."""
        if self._owner:
            args = (*self._owner, *args)
        found = sort_arguments(args, kwargs, self._static)
        views = list(map(view_of, found.roots))
        updates = updates_in_mode(views, self._graph, self._graph_updates, "jit()")
        static = self._static_part(found, updates)
        try:
            plan = self._by_views.get(_key(static, views))
        except TypeError:
            refuse_unhashable(found.form)
            raise
        if plan is None or is_paranoid():
            plan, views = self._find(args, kwargs, found, views, static)
            if len(self._by_views) >= MOST_PLANS:
                self._by_views.clear()
            self._by_views[_key(static, views)] = plan
        return plan, found.roots, views, found.values

    def _static_part(self, found: Sorted, updates: bool) -> Any:
        """What a plan depends on besides the layout."""
        return found.form, updates

    def _find(
        self,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        found: Sorted,
        views: list[FlatView],
        static: Any,
    ) -> tuple[Plan, list[FlatView]]:
        """The plan for a layout, and the views it is called with."""
        layout = layout_of(found.roots, views)
        key = layout, static
        plan = self._plans.pop(key, None)
        if plan is None:
            plan = self._plan(args, kwargs, found, layout, static[1])
            plan.learn(found.roots, views, found.values)
            if len(self._plans) >= MOST_PLANS:
                self._forget(next(iter(self._plans)))
        self._plans[key] = plan  # the last one is the latest
        return plan, views

    def _forget(self, key: Any) -> None:
        self._plans.pop(key, None)
        self._by_views.clear()

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
        self._by_views.clear()

    @property
    def plans(self) -> list[Plan]:
        """How the function is called, for each layout it was called with."""
        return list(self._plans.values())


def _key(static: Any, views: list[FlatView]) -> Any:
    # No two views have one serial, so that no structure need be compared.
    return static, *[view.serial for view in views]

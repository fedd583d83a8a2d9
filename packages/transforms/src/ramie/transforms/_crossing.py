"""Crossing: one call of a function of objects, on its way through a JAX transform.

On the caller's side it is objects; inside it is arrays, in and out. A transform makes
a crossing of its arguments, gives JAX a function of arrays that calls `inside`, and
lets `apply` make happen to the caller's objects what was done to those inside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ramie.graph.extend import (
    FlatView,
    is_graph_mode,
    is_graph_updates,
    require_tree,
    view_of,
)

from ._arguments import sort_arguments
from ._entrance import Entrance
from ._inside import Inside
from ._layout import layout_of
from ._outcome import Result
from ._outside import Outside


def updates_in_mode(
    views: Sequence[FlatView],
    graph: bool | None,
    graph_updates: bool | None,
    action: str,
) -> bool:
    """Whether structural edits reach the caller; in tree mode, check for trees.

    Raises:
        SharedInTreeError: in tree mode, two paths lead to one cell.
    """
    if is_graph_mode(graph):
        return is_graph_updates(graph_updates)
    for view in views:
        require_tree(view.graphdef, action)
    return False


class Crossing:
    """The arguments of one call, as objects outside and as arrays inside.

    Attributes:
        found: the arguments, sorted into roots, values and form.
        views: the flat view of each root.
        layout: how the leaves of the roots make one list.
        outside: the leaves themselves.
        contents: what they hold: the arrays that go in.
        updates: whether structural edits made inside reach the caller.
        entrance: layout, form and updates, without the caller's objects.

    Args:
        args: positional arguments of the call.
        kwargs: keyword arguments of the call.
        static: tells by position or name which arguments are static.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether structural edits reach the caller; None asks
            `set_graph_updates`. In tree mode they never do.
        action: the transform, as errors will call it.

    Raises:
        SharedInTreeError: in tree mode, two paths lead to one cell.
    """

    __slots__ = (
        "contents",
        "entrance",
        "found",
        "layout",
        "outside",
        "updates",
        "views",
    )

    def __init__(
        self,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        static: Callable[[int | str], bool] | None = None,
        *,
        graph: bool | None = None,
        graph_updates: bool | None = None,
        action: str = "the transform",
    ) -> None:
        """Look at the arguments; nothing is called or changed."""
        self.found = sort_arguments(args, kwargs, static)
        self.views = list(map(view_of, self.found.roots))
        self.updates = updates_in_mode(self.views, graph, graph_updates, action)
        self.layout = layout_of(self.found.roots, self.views)
        self.entrance = Entrance(self.layout, self.found.form, self.updates)
        self.outside = Outside(self.found.roots, self.views, self.layout)
        self.contents: list[Any] = self.outside.read()

    def loose_numbers(self) -> list[int]:
        """For each Variable passed on its own, its number among the contents."""
        if not self.found.roots or type(self.found.roots[-1]) is not tuple:
            return []
        leaves, numbers = self.views[-1].leaves, self.layout.leaf_numbers()[-1]
        by_cell = {id(leaf): n for leaf, n in zip(leaves, numbers, strict=True)}
        return [by_cell[id(cell)] for cell in self.found.roots[-1]]

    def inside(
        self, fun: Callable[..., Any], contents: Sequence[Any], values: Sequence[Any]
    ) -> tuple[Any, Inside]:
        """Call a function on objects made of these arrays.

        Args:
            fun: the user's function.
            contents: of the own leaves of all roots, as `contents` is.
            values: plain values, as `found.values` is.

        Returns:
            What the function returned, and the objects it worked on. `close` of the
            second takes the first, or a part of it, apart into arrays.
        """
        inside, args, kwargs = self.entrance.enter(contents, values)
        return fun(*args, **kwargs), inside

    def pure(
        self, fun: Callable[..., Any], contents: Sequence[Any], values: Sequence[Any]
    ) -> tuple[Result, dict[int, Any]]:
        """The function of arrays: what `fun` returned and did, as a pytree."""
        return self.entrance.pure(fun, contents, values)

    def apply(self, result: Result, written: Mapping[int, Any]) -> Any:
        """Make happen to the caller's objects what was done; the returned value.

        Raises:
            TraceLevelError: an object belongs to another trace than the call.
                Nothing was changed.
        """
        return self.outside.apply(result, written)

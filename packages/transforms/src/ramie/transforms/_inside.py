"""The inner side of the boundary: objects made of tracers, and what became of them.

The user's function runs on objects rebuilt from tracers. When it returns, `close`
finds out what it did: which leaves hold another value, whether the structure was
edited, which objects it returns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import jax

from ramie.graph import GraphDef
from ramie.graph.extend import (
    CellDef,
    FlatView,
    NodeDef,
    Slot,
    Static,
    Walk,
    content_of,
    is_object,
    retyped,
    show_path,
    walk_definitions,
    walk_view,
)

from ._layout import Layout
from ._outcome import Objects, Outcome, Result
from .errors import LeakedTracerError

MISSING = object()


class Inside:
    """The life of a call's objects inside a transform.

    Args:
        layout: what the roots look like.
        contents: tracers for the own leaves of all roots.

    Attributes:
        roots: the objects.
        fresh: once closed, the leaves whose contents are `Result.fresh`.
    """

    __slots__ = ("_contents", "_layout", "_rebuilt", "_views", "fresh", "roots")

    def __init__(self, layout: Layout, contents: Sequence[Any]) -> None:
        """Rebuild the objects, and watch their structure."""
        self._layout, self._contents = layout, contents
        self._rebuilt = layout.rebuild(contents)
        self.roots = self._rebuilt.roots
        self._views: list[FlatView] = list(map(walk_view, self.roots))
        self.fresh: list[Any] = []

    @property
    def leaves(self) -> list[Any]:
        """The own leaves of all roots, in the order of the contents."""
        return self._rebuilt.leaves

    def close(self, out: Any, *, updates: bool = True) -> tuple[Result, dict[int, Any]]:
        """What the function returned and did: a pytree, and contents of leaves.

        Args:
            out: what it returned.
            updates: whether structural edits are to reach the caller.
        """
        written = self._written()
        leaves, treedef = jax.tree.flatten(out, is_leaf=is_object)
        returned: list[Any] = []
        values: list[Any] = []
        places: list[int | None] = []
        for leaf in leaves:
            is_value = not is_object(leaf)
            places.append(None if is_value else len(returned))
            (values if is_value else returned).append(leaf)
        other_types = tuple(
            number
            for number, content in written.items()
            if retyped(self._contents[number], content)
        )
        edited = updates and self._is_edited()
        objects: Objects | None = None
        fresh: list[Any] = []
        if edited or returned:
            objects, fresh = self._objects(returned, edited)
        return (
            Result(
                values, fresh, Outcome(treedef, tuple(places), other_types, objects)
            ),
            written,
        )

    def _written(self) -> dict[int, Any]:
        written = {}
        pairs = zip(self._rebuilt.leaves, self._contents, strict=True)
        for number, (leaf, before) in enumerate(pairs):
            now = _content(leaf)
            if now is not before and now is not MISSING:
                written[number] = now
        return written

    def _is_edited(self) -> bool:
        if all(view.still_true() for view in self._views):
            return False
        # A write of another shape ends a view too: look at the structure itself.
        return any(map(self.is_edited, range(len(self.roots))))

    def is_edited(self, root: int) -> bool:
        """Whether a root has another structure than it came with."""
        before = self._layout.roots[root].graphdef
        return _differs(before, self._rebuilt.objects[root])

    def _objects(self, returned: list[Any], edited: bool) -> tuple[Objects, list[Any]]:
        walk = Walk()
        walk.visit((*self.roots, *returned))
        _refuse_tracers(walk.graphdef())
        identical = {
            number
            for number, definition in enumerate(walk.definitions)
            if definition.has_identity
        }
        came_in = {
            id(item): (root, number)
            for root, objects in enumerate(self._rebuilt.objects)
            for number, item in enumerate(objects)
        }
        origin = [
            (number, *came_in[id(item)])
            for number, item in enumerate(walk.objects)
            if number in identical and id(item) in came_in
        ]
        came_in_places = set(map(leaf_place, self._rebuilt.leaves))
        fresh: list[int] = []
        owners = walk.graphdef().owners
        for number, (owner, key) in enumerate(walk.leaves):
            # A tuple is made anew on the way out, so its arrays travel with it.
            kept = owners[number][0] in identical
            if not (kept and (id(owner), key) in came_in_places):
                fresh.append(number)
                self.fresh.append(owner if key is None else Slot(owner, key))
        return (
            Objects(walk.graphdef(), tuple(origin), tuple(fresh), edited),
            list(map(_content, self.fresh)),
        )


def _content(leaf: Any) -> Any:
    if not isinstance(leaf, Slot):
        return content_of(leaf)
    try:
        value = leaf.read()
    except KeyError:
        return MISSING
    return value if isinstance(value, jax.Array) else MISSING


def leaf_place(leaf: Any) -> tuple[int, Any]:
    """What tells leaves apart while they live: a cell, or a key of a node."""
    return (id(leaf.node), leaf.key) if isinstance(leaf, Slot) else (id(leaf), None)


def _differs(graphdef: GraphDef[Any], objects: Sequence[Any]) -> bool:
    walk = Walk()
    walk.visit(objects[0])
    return tuple(walk.definitions) != graphdef.nodes or any(
        before is not now and _matters(definition)
        for before, now, definition in zip(
            objects, walk.objects, walk.definitions, strict=True
        )
    )


def _matters(definition: NodeDef | CellDef) -> bool:
    """Whether another object of this definition is an edit: it may hold others."""
    return isinstance(definition, CellDef) or (
        definition.has_identity
        or any(not isinstance(child, Static) for _, child in definition.attributes)
    )


def _refuse_tracers(graphdef: GraphDef[Any]) -> None:
    """A tracer among the statics would leave the transform as a leaked tracer."""
    for path, value in _statics(graphdef):
        if any(isinstance(leaf, jax.core.Tracer) for leaf in jax.tree.leaves(value)):
            raise LeakedTracerError(show_path(path))


def _statics(graphdef: GraphDef[Any]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    for path, entry in walk_definitions(graphdef):
        # The first key is the number of a root, which says nothing to users.
        if isinstance(entry, CellDef):
            yield (*path[1:], "metadata"), entry.metadata
        elif isinstance(entry, Static):
            yield path[1:], entry.value

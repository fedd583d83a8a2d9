"""The outer side of the boundary: make happen to the caller's objects what was done.

Everything is checked and every new object is made before the first write.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ramie.graph.extend import (
    Child,
    FlatView,
    Leaf,
    LeafGroup,
    NodeDef,
    Tracked,
    build,
    check_trace,
    make_match,
    require_own_trace,
    retyped,
    structure_changed,
    write_groups,
)

from ._layout import Layout
from ._outcome import Objects, Result


def note_types(changes: Iterable[tuple[Any, Any, Any]]) -> None:
    """Note which leaves have contents of another type than they had before.

    Args:
        changes: leaf, old content, new content.
    """
    for leaf, old, new in changes:
        if old is not new and isinstance(leaf, Tracked) and retyped(old, new):
            structure_changed(leaf)


class Outside(LeafGroup):
    """A call's roots on the caller's side.

    Attributes:
        leaves: the own leaves of all roots; see `LeafGroup`.
        paths: the path of each.
    """

    __slots__ = ("_objects", "paths")

    def __init__(
        self, roots: Sequence[Any], views: Sequence[FlatView], layout: Layout
    ) -> None:
        """Collect objects and leaves before anything is written."""
        own = [
            (view, leaf)
            for view, root in zip(views, layout.roots, strict=True)
            for leaf in root.own
        ]
        super().__init__(
            [view.leaves[leaf] for view, leaf in own],
            [view.kinds[leaf] for view, leaf in own],
        )
        self.paths = [view.graphdef.paths[leaf] for view, leaf in own]
        self._objects = [
            [root, *view.objects[1:]] for root, view in zip(roots, views, strict=True)
        ]

    def retype(self, before: Sequence[Any]) -> None:
        """Note which leaves have contents of another type than they had before."""
        note_types(zip(self.leaves, before, self.read(), strict=True))

    def apply(self, result: Result, written: Mapping[int, Any]) -> Any:
        """Write contents, apply edits; the value that was returned.

        Raises:
            TraceLevelError: an object belongs to another trace than the call.
                Nothing was changed.
        """
        for number in written:
            check_trace(self.leaves[number], self.paths[number])
        outcome = result.outcome.objects
        if outcome is None:
            self._write(result, written)
            return result.returned([])
        made = self._make(outcome, result.fresh)
        self._write(result, written)
        if outcome.edited:
            self._edit(outcome, made, result.fresh)
        return result.returned(self._returned(outcome, made))

    def _write(self, result: Result, written: Mapping[int, Any]) -> None:
        write_groups([self.pick(written)], list(written.values()))
        for number in result.outcome.retyped:
            if isinstance(self.leaves[number], Tracked):
                structure_changed(self.leaves[number])

    def _make(self, outcome: Objects, fresh: Sequence[Any]) -> list[Any]:
        """Every object there is now, by number; new ones are complete."""
        known = {
            number: self._objects[root][there] for number, root, there in outcome.origin
        }
        if outcome.edited:
            for item in known.values():
                if isinstance(item, Tracked):
                    require_own_trace(item)
        contents = _by_leaf(outcome, fresh)
        return build(outcome.graphdef, contents, known)

    def _edit(
        self, outcome: Objects, made: Sequence[Any], fresh: Sequence[Any]
    ) -> None:
        contents = _by_leaf(outcome, fresh)
        is_fresh = set(outcome.fresh)
        for number, _, _ in outcome.origin:
            definition, item = outcome.graphdef.nodes[number], made[number]
            if isinstance(definition, NodeDef):
                now = dict(definition.kind.flatten(item)[0])
                for key, attribute in definition.attributes:
                    if isinstance(attribute, Leaf) and attribute.leaf not in is_fresh:
                        contents[attribute.leaf] = now[key]
            make_match(definition, item, made, contents)

    def _returned(self, outcome: Objects, made: Sequence[Any]) -> list[Any]:
        together = outcome.graphdef.nodes[0]
        assert isinstance(together, NodeDef)
        returned = together.attributes[len(self._objects) :]
        return [made[child.index] for _, child in returned if isinstance(child, Child)]


def _by_leaf(outcome: Objects, fresh: Sequence[Any]) -> list[Any]:
    contents: list[Any] = [None] * outcome.graphdef.num_leaves
    for leaf, content in zip(outcome.fresh, fresh, strict=True):
        contents[leaf] = content
    return contents

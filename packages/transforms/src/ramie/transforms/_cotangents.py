"""Cotangents: those of a call's outcome, as the rule of a custom_vjp gets them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ramie.graph import GraphDef, State, from_flat_state
from ramie.graph.extend import CellDef, build

from ._arguments import Loose, Tree
from ._inputs import Inputs
from ._outcome import Objects, Result
from ._tangents import zeros


class Cotangents:
    """The cotangents of what a function returned and wrote.

    Args:
        inputs: the inputs of the call.
        updates: whether structural edits reach the caller.
        result: cotangents in place of what was returned.
        written: cotangents in place of what was written.
    """

    def __init__(
        self,
        inputs: Inputs,
        updates: bool,
        result: Result,
        written: Mapping[int, Any],
    ) -> None:
        """Hold them."""
        self._inputs, self._result, self._written = inputs, result, written
        self._updates = updates

    def of_value(self) -> Any:
        """The cotangent of the returned value.

        Where structural edits travel, an object is a State of what is new in it: what
        came in belongs to `of_updates`.
        """
        objects = self._result.outcome.objects
        if objects is None:
            return self._result.returned([])
        roots = len(self._inputs.graphdefs)
        if self._updates:
            places = [n for n in self._result.outcome.places if n is not None]
            returned = [self._fresh_below(objects, roots + n) for n in places]
        else:
            together = build(objects.graphdef, self._contents(objects))[0]
            returned = list(together[roots:])
        return self._result.returned(returned)

    def of_updates(self, entry: Any) -> Any:
        """The cotangent of what was written to an argument; None for values."""
        match entry:
            case Tree(treedef=treedef, entries=entries):
                return treedef.unflatten(map(self.of_updates, entries))
            case Loose(index=index):
                number = self._inputs.loose[index]
                leaf = self._inputs.numbers[-1].index(number)
                return _leaf_like(self._inputs.graphdefs[-1], leaf, self._of(number))
            case int() if entry < 0:
                return self._of_root(-1 - entry)
        return None

    def _of(self, number: int) -> Any:
        """The cotangent of what was written to a leaf that came in."""
        if number in self._written:
            return self._written[number]
        return zeros(self._inputs.content_types[number])

    def _of_root(self, root: int) -> State[Any]:
        graphdef = self._inputs.graphdefs[root]
        pairs = [
            (path, _leaf_like(graphdef, leaf, self._of(number)))
            for leaf, (path, number) in enumerate(
                zip(graphdef.paths, self._inputs.numbers[root], strict=True)
            )
        ]
        objects = self._result.outcome.objects
        if objects is not None:
            pairs += self._fresh_below(objects, root).flat_state()
        return from_flat_state(pairs)

    def _fresh_below(self, objects: Objects, place: int) -> State[Any]:
        """Cotangents of new leaves, below a root or a returned object."""
        graphdef = objects.graphdef
        return from_flat_state(
            (graphdef.paths[leaf][1:], _leaf_like(graphdef, leaf, cotangent))
            for leaf, cotangent in zip(objects.fresh, self._result.fresh, strict=True)
            if graphdef.paths[leaf][0] == place
        )

    def _contents(self, objects: Objects) -> list[Any]:
        """The cotangents of all leaves of the objects there are now."""
        fresh = dict(zip(objects.fresh, self._result.fresh, strict=True))
        origin = {number: (root, there) for number, root, there in objects.origin}
        numbers = {
            (root, owner, key): number
            for root, graphdef in enumerate(self._inputs.graphdefs)
            for (owner, key), number in zip(
                graphdef.owners, self._inputs.numbers[root], strict=True
            )
        }
        return [
            fresh[leaf] if leaf in fresh else self._of(numbers[(*origin[owner], key)])
            for leaf, (owner, key) in enumerate(objects.graphdef.owners)
        ]


def _leaf_like(graphdef: GraphDef[Any], leaf: int, content: Any) -> Any:
    """A cell like the one at a leaf that holds a content, or the content of a slot."""
    definition = graphdef.nodes[graphdef.owners[leaf][0]]
    if not isinstance(definition, CellDef):
        return content
    return definition.kind.create(definition.type, definition.metadata, content)

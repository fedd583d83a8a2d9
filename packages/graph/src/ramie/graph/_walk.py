"""Objects to definitions: the one walk over a living graph.

Depth first, items in key order, every node and cell once. It keeps its own stack,
so a chain of ten thousand nodes is no deeper than one.
"""

import weakref
from collections.abc import Iterator, Mapping
from typing import Any

from ._graphdef import (
    Attribute,
    CellDef,
    Child,
    Definition,
    GraphDef,
    Leaf,
    NodeDef,
    NodeRef,
    intern,
    plain_cell,
)
from ._registry import LEAF, CellKind, NodeKind, Static, kind_of
from ._tracked import Tracked, Watcher, watch
from .errors import CyclicContainerError, UnknownNodeError
from .typing import Key

NO_METADATA = ((), None)


class Walk:
    """What a walk found.

    Attributes:
        objects: the nodes and cells, by number. Immutable nodes are there too.
        definitions: the definition of each of them.
        leaves: (owner, key) for an array held directly, (cell, None) for a cell;
            in leaf order.
        seen: what the walk read of objects that cannot tell of edits, to compare
            with later: (object, rest or metadata, items or content).
    """

    __slots__ = (
        "_elsewhere",
        "_numbers",
        "_stack",
        "_watcher",
        "definitions",
        "leaves",
        "objects",
        "seen",
    )

    def __init__(
        self,
        watcher: "weakref.ref[Watcher] | None" = None,
        elsewhere: Mapping[Any, int] | None = None,
    ) -> None:
        """Start with nothing found.

        Args:
            watcher: who is told of edits to whatever the walk meets, from before
                its items are read, so that no edit falls in between.
            elsewhere: objects that another graph holds, with their numbers there.
                The walk refers to them and does not enter them.
        """
        self._watcher, self._elsewhere = watcher, elsewhere
        self.objects: list[Any] = []
        self.definitions: list[Any] = []
        self.leaves: list[tuple[Any, Key | None]] = []
        self.seen: list[tuple[Any, Any, Any]] = []
        self._numbers: dict[int, int] = {}
        self._stack: list[_Frame] = []

    def graphdef(self) -> GraphDef[Any]:
        """The structure found."""
        nodes: tuple[Definition, ...] = tuple(self.definitions)
        return intern(nodes, len(self.leaves))

    def visit(self, root: Any) -> int:
        """Walk everything below `root`; return the root's number."""
        number, frame = self._meet(root, kind_of(root))
        stack = self._stack = [frame] if frame is not None else []
        while stack:
            deeper = self._advance(stack[-1])
            if deeper is not None:
                stack.append(deeper)
            else:
                done = stack.pop()
                done.close(self.definitions)
                done.entered.discard(id(done.node))
        return number

    def _advance(self, frame: "_Frame") -> "_Frame | None":
        """Go on with a node's items until one of them has items of its own."""
        attributes = frame.attributes
        for key, value in frame.items:
            if type(value) is Static:
                attributes.append((key, value))
                continue
            kind = kind_of(value)
            if kind is LEAF:
                attributes.append((key, Leaf(len(self.leaves))))
                self.leaves.append((frame.node, key))
            elif isinstance(kind, (CellKind, NodeKind)):
                number, deeper = self._meet(value, kind)
                attributes.append((key, Child(number)))
                if deeper is not None:
                    return deeper
            else:
                attributes.append((key, Static(value)))
        return None

    def _meet(self, value: Any, kind: Any) -> "tuple[int, _Frame | None]":
        """Number an object; a frame comes back if its items are still to walk."""
        numbers = self._numbers
        known = numbers.get(id(value))
        if known is not None:
            return known, None
        if self._watcher is not None and isinstance(value, Tracked):
            watch(value, self._watcher)
        number = len(self.objects)
        if self._elsewhere is not None and value in self._elsewhere:
            numbers[id(value)] = number
            self.objects.append(value)
            self.definitions.append(NodeRef(self._elsewhere[value]))
            return number, None
        if isinstance(kind, CellKind):
            numbers[id(value)] = number
            self.objects.append(value)
            metadata = kind.describe(value)
            cls, leaf = kind.cls or type(value), len(self.leaves)
            self.definitions.append(
                plain_cell(kind, cls, metadata, leaf)
                if metadata in NO_METADATA
                else CellDef(kind, cls, metadata, leaf)
            )
            self.leaves.append((value, None))
            if not (kind.copies or isinstance(value, Tracked)):
                self.seen.append((value, metadata, kind.read(value)))
            return number, None
        if not isinstance(kind, NodeKind):
            raise UnknownNodeError(value)
        frame = _Frame(number, value, kind, self.seen)
        if kind.mutable:
            numbers[id(value)] = number
        else:
            self._enter(frame)
        self.objects.append(value)
        self.definitions.append(None)
        return number, frame

    def _enter(self, frame: "_Frame") -> None:
        """Refuse a node without identity inside itself: the walk would never end.

        A mutable node in between is known when it is met again, and ends the cycle.
        """
        if self._stack:
            frame.entered = self._stack[-1].entered
        if id(frame.node) in frame.entered:
            raise CyclicContainerError(type(frame.node).__name__)
        frame.entered.add(id(frame.node))


class _Frame:
    """A node in the middle of being walked."""

    __slots__ = ("attributes", "entered", "items", "kind", "node", "number", "rest")

    def __init__(
        self, number: int, node: Any, kind: NodeKind, seen: list[tuple[Any, Any, Any]]
    ) -> None:
        items, self.rest = kind.flatten(node)
        if not (kind.frozen or isinstance(node, Tracked)):
            items = list(items)
            seen.append((node, self.rest, items))
        self.number, self.node, self.kind = number, node, kind
        self.items: Iterator[tuple[Key, Any]] = iter(items)
        self.attributes: list[tuple[Key, Attribute]] = []
        # Nodes without identity around this one, up to the next mutable node.
        self.entered: set[int] = set()

    def close(self, definitions: list[Any]) -> None:
        """Write the definition, now that every attribute is known."""
        definitions[self.number] = NodeDef(
            self.kind, type(self.node), self.rest, tuple(self.attributes)
        )

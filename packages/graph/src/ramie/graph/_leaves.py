"""Leaves of a living graph: cells, and arrays that a node holds directly.

An array has no identity, so the place that holds it stands for it: a `Slot` is
read and written like a cell.
"""

import weakref
from typing import Any

from ._registry import CellKind, NodeKind, kind_of
from .errors import ImmutableContainerError
from .typing import Key, Path


class Slot:
    """One item of a node that is an array.

    The node is held weakly where that is possible: a view that lives on its own
    root must not keep it alive.
    """

    __slots__ = ("_node", "_owner", "key")

    def __init__(self, node: Any, key: Key) -> None:
        """Point to `node[key]`."""
        self.key = key
        self._owner: Any
        try:
            self._owner, self._node = weakref.ref(node), None
        except TypeError:
            self._owner, self._node = None, node

    @property
    def node(self) -> Any:
        """The node whose item this is."""
        return self._node if self._owner is None else self._owner()

    def read(self) -> Any:
        """The array that is there now."""
        node = self.node
        kind = _node_kind(node)
        try:
            if kind.get_item is not None:
                return kind.get_item(node, self.key)
            return dict(kind.flatten(node)[0])[self.key]
        except (AttributeError, LookupError):
            raise KeyError(self.key) from None

    def write(self, value: Any) -> None:
        """Put another array there."""
        self.require_mutable((self.key,))
        set_item: Any = _node_kind(self.node).set_item
        set_item(self.node, self.key, value)

    def require_mutable(self, path: Path) -> None:
        """Raise ImmutableContainerError if no other array can be put there.

        Args:
            path: where the array is, for the error.
        """
        if _node_kind(self.node).set_item is None:
            raise ImmutableContainerError(self.node, path)


def _node_kind(node: Any) -> NodeKind:
    kind = kind_of(node)
    assert isinstance(kind, NodeKind)
    return kind


def _no_metadata(_slot: Slot) -> None:
    return None


def _not_created(_cls: type, _metadata: Any, _content: Any) -> Any:
    raise AssertionError("a slot is made with its node")


def _not_described(_slot: Slot, _metadata: Any) -> None:
    raise AssertionError("a slot has no metadata")


SLOT = CellKind(
    read=Slot.read,
    write=Slot.write,
    describe=_no_metadata,
    create=_not_created,
    assign=Slot.write,
    redescribe=_not_described,
)

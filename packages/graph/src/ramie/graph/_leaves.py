"""Leaves of a living graph: cells, and arrays that a node holds directly.

An array has no identity, so the place that holds it stands for it: a `Slot` is
read and written like a cell. A `LeafGroup` is read or written as a whole, at the
speed of the fastest loop there is for its kinds.
"""

import weakref
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ._page import Writes, at_once, carry_out, put_back_pages_of
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


class LeafGroup:
    """Some leaves, ready to be read and written together.

    Attributes:
        leaves: cells and slots.
        kinds: how to read and write each of them.
        kind: the kind of all, if it is the same for all.
    """

    __slots__ = ("__weakref__", "kind", "kinds", "leaves")

    def __init__(self, leaves: list[Any], kinds: list[CellKind]) -> None:
        """Take leaves and their kinds."""
        self.leaves, self.kinds = leaves, kinds
        different = set(kinds)
        self.kind: CellKind | None = different.pop() if len(different) == 1 else None

    def pick(self, numbers: Iterable[int]) -> "LeafGroup":
        """A group of some of these leaves, by their numbers."""
        chosen = list(numbers)
        return LeafGroup(
            [self.leaves[n] for n in chosen], [self.kinds[n] for n in chosen]
        )

    def read(self) -> list[Any]:
        """The content of each leaf, all as of one moment; see `at_once`."""
        with at_once():
            if self.kind is None:
                pairs = zip(self.kinds, self.leaves, strict=True)
                return [kind.read(leaf) for kind, leaf in pairs]
            if self.kind.read_all is not None:
                return self.kind.read_all(self.leaves)
            return list(map(self.kind.read, self.leaves))

    def put_back_pages(self) -> None:
        """Fill those of the leaves that are empty, before they are written."""
        if self.kind is not None:
            if self.kind.paging is not None:
                put_back_pages_of(self.leaves, self.kind.paging)
            return
        for kind, leaf in zip(self.kinds, self.leaves, strict=True):
            if kind.paging is not None:
                put_back_pages_of([leaf], kind.paging)

    def writing(self, contents: Iterable[Any]) -> Writes:
        """What gives the leaves their contents, none of which may be on a page."""
        if self.kind is not None:
            return map(self.kind.write, self.leaves, contents)
        return map(_write, self.kinds, self.leaves, contents)


def _write(kind: CellKind, leaf: Any, content: Any) -> None:
    kind.write(leaf, content)


def write_groups(groups: Sequence[LeafGroup], contents: Sequence[Any]) -> None:
    """Give the leaves of several groups their contents, one after the other.

    Raw, as `CellKind.write` is. If all leaves are of one kind it happens in C from
    end to end, so that no interrupt falls between two writes.
    """
    values: Iterator[Any] = iter(contents)
    with at_once():
        for group in groups:
            group.put_back_pages()
        carry_out([group.writing(values) for group in groups])

"""Page: contents of many cells in one list, while nobody asks the cells for them.

A program that runs again takes what it gave back the last time. Putting hundreds of
contents into their cells, only to take them out again, costs more than everything
else about the call. So they may stay in the list that the program returned. The cells
are empty meanwhile, and know their page: who reads an empty cell finds the content
there, and before one is written all are filled. So a full cell tells the truth, and an
empty one knows who does.

A group of cells that is asked after every call is left alone for longer and longer.
"""

import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any, ClassVar, Protocol, TypeAlias

Writes: TypeAlias = Iterator[None]
"""What writes while it is iterated over; see `carry_out`."""

_at_once = threading.RLock()


def at_once() -> AbstractContextManager[Any]:
    """What to hold while many contents are read or written.

    Then no thread sees half of what another writes.
    """
    return _at_once


def carry_out(writes: Iterable[Writes]) -> None:
    """Write, all in C, so that no interrupt falls between two writes."""
    deque(chain.from_iterable(writes), maxlen=0)


@dataclass(frozen=True, slots=True, eq=False)
class Paging:
    """How cells of a kind leave their contents on a page. No function runs Python code.

    Attributes:
        empty: cell → None; lets go of the content.
        set_page: (cell, page) → None; remembers where it is.
    """

    empty: Callable[[Any], None]
    set_page: Callable[[Any, "Page"], None]


class _Kind(Protocol):
    @property
    def write(self) -> Callable[[Any, Any], None]: ...

    @property
    def paging(self) -> Paging | None: ...


class _Group(Protocol):
    @property
    def leaves(self) -> list[Any]: ...

    @property
    def kind(self) -> _Kind | None: ...


class Page:
    """The contents of a group of cells of one kind, or nothing.

    It does not keep the group alive, but the cells keep the page.

    Attributes:
        contents: one for each cell, in their order; nothing while the cells are full.
            The list itself is never changed.
        used: how often it was written since it was filled first.
        peeks: how many contents were looked up since it was written.
        most_peeks: how many may be before all are put back.
        most_patience: how many times at most the cells are written before the page is
            tried again.
        worthwhile: how often it must have been used to be tried again soon.
    """

    most_peeks: ClassVar[int] = 16
    most_patience: ClassVar[int] = 256
    worthwhile: ClassVar[int] = 2

    __slots__ = (
        "__weakref__",
        "_group",
        "_numbers",
        "_patience",
        "_waited",
        "contents",
        "peeks",
        "used",
    )

    def __init__(self, group: _Group) -> None:
        """Make an empty page for a group whose cells can be emptied."""
        self.contents: list[Any] = []
        self.used = self.peeks = 0
        self._group = weakref.ref(group)
        self._numbers: dict[int, int] = {}
        self._waited, self._patience = 0, 1

    def peek(self, cell: Any) -> Any:
        """The content of an empty cell.

        Raises:
            LookupError: it is not here: the cell is full, or has another page.
        """
        content = self.contents[self._numbers[id(cell)]]
        self.peeks += 1
        if self.peeks > self.most_peeks:
            self.put_back()
        return content

    def put_back(self) -> None:
        """Fill the cells."""
        with _at_once:
            self.give_up()

    def give_up(self) -> None:
        """Fill the cells while nobody can write the page: before the group goes.

        It waits for nobody, since a group may go at any time, in any thread. If the
        group is gone, the cells find their contents here for as long as they need.
        """
        group = self._group()
        if not self.contents or group is None:
            return
        self._waited = 0
        longer = min(2 * self._patience, self.most_patience)
        self._patience = 1 if self.used >= self.worthwhile else longer
        kind: Any = group.kind
        # The contents are looked up when the first is needed, or another thread might
        # fill the cells, and write one, in between.
        contents = chain.from_iterable(map(_get_contents, (self,)))
        filling = map(kind.write, group.leaves, contents)
        carry_out([filling, map(_set_contents, (self,), ([],))])
        _pages.discard(self)

    def writing(self, contents: list[Any]) -> Writes | None:
        """What gives the cells these contents by way of this page.

        None if it is better to write the cells themselves.
        """
        if self.contents:
            self.used += 1
            self.peeks = 0
            return map(_set_contents, (self,), (contents,))
        self._waited += 1
        return self._filling(contents) if self._waited > self._patience else None

    def _filling(self, contents: list[Any]) -> Writes:
        group: Any = self._group()
        leaves, paging = group.leaves, group.kind.paging
        put_back_pages_of(leaves)
        if not self._numbers:
            self._numbers = {id(leaf): number for number, leaf in enumerate(leaves)}
        deque(map(paging.set_page, leaves, repeat(self)), maxlen=0)
        _pages.add(self)
        self.used = self.peeks = 0
        # First the page, then the cells: who asks in between finds something.
        return chain(
            map(_set_contents, (self,), (contents,)), map(paging.empty, leaves)
        )

    def holds_any(self, cells: Iterable[Any]) -> bool:
        """Whether some of these cells may be empty because of this page."""
        return not self._numbers.keys().isdisjoint(map(id, cells))


_get_contents = Page.__dict__["contents"].__get__
_set_contents = Page.__dict__["contents"].__set__
_pages: "weakref.WeakSet[Page]" = weakref.WeakSet()
"""All pages that may have contents."""


def put_back_pages_of(cells: Sequence[Any]) -> None:
    """Fill those of these cells that are empty, before they are written."""
    for page in list(_pages):
        if page.contents and page.holds_any(cells):
            page.put_back()


def write_pages(pages: Sequence[Page], contents: Sequence[list[Any]]) -> None:
    """Give pages that have contents others."""
    for page in pages:
        page.used += 1
        page.peeks = 0
    deque(map(_set_contents, pages, contents), maxlen=0)

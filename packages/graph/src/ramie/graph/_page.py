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
from operator import setitem
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
    """How cells of a kind leave their contents on a page.

    Attributes:
        fits: cell → whether every way to read it can find its content on a page.
        empty: cell → None; lets go of the content. Runs no Python code.
        page_of: cell → the page that was set last, or None.
        set_page: (cell, page) → None; remembers it. Runs no Python code.
    """

    fits: Callable[[Any], bool]
    empty: Callable[[Any], None]
    page_of: Callable[[Any], "Page | None"]
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
        lists: one list of contents, in the order of the cells, or none while the cells
            are full. To replace it fails if there is none, so that nobody need look
            first: a signal handler could have them put back right after the look.
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
        "lists",
        "peeks",
        "used",
    )

    def __init__(self, group: _Group) -> None:
        """Make an empty page for a group whose cells can be emptied."""
        self.lists: list[list[Any]] = []
        self.used = self.peeks = 0
        self._group = weakref.ref(group)
        self._numbers: dict[int, int] = {}
        self._waited, self._patience = 0, 1

    @staticmethod
    def of(group: _Group) -> "Page | None":
        """A page for a group, if all its cells can be emptied."""
        paging = group.kind.paging if group.kind is not None else None
        can = paging is not None and all(map(paging.fits, group.leaves))
        return Page(group) if can else None

    def peek(self, cell: Any) -> Any:
        """The content of an empty cell.

        Raises:
            LookupError: it is not here: the cell is full, or has another page.
        """
        content = self.lists[0][self._numbers[id(cell)]]
        self.peeks += 1
        if self.peeks > self.most_peeks:
            self.put_back()
        return content

    def put_back(self) -> None:
        """Fill the cells; if the group is gone, nobody writes the page any more."""
        with _at_once:
            group = self._group()
            if group is not None:
                self.give_up(group)

    def give_up(self, group: _Group) -> None:
        """Fill the cells of the group while nobody can write the page.

        It waits for nobody, since a group may go at any time, in any thread. If it is
        interrupted, the cells find their contents here for as long as they need.
        """
        if not self.lists:
            return
        self._waited = 0
        longer = min(2 * self._patience, self.most_patience)
        self._patience = 1 if self.used >= self.worthwhile else longer
        kind: Any = group.kind
        # The list is looked up when the first content is needed, or another thread
        # might fill the cells, and write one, in between.
        filling = map(kind.write, group.leaves, chain.from_iterable(self.lists))
        carry_out([filling, map(list.clear, (self.lists,))])

    def writing(self, contents: list[Any]) -> Writes | None:
        """What gives the cells these contents by way of this page.

        None if it is better to write the cells themselves. While it is run it raises
        IndexError if the cells were filled after it was made.
        """
        if self.lists:
            self.used += 1
            self.peeks = 0
            return map(setitem, (self.lists,), (0,), (contents,))
        self._waited += 1
        return self._filling(contents) if self._waited > self._patience else None

    def _filling(self, contents: list[Any]) -> Writes:
        group: Any = self._group()
        leaves, kind = group.leaves, group.kind
        put_back_pages_of(leaves, kind.paging)
        if not self._numbers:
            self._numbers = {id(leaf): number for number, leaf in enumerate(leaves)}
        self.used = self.peeks = 0
        return chain(
            # A cell may still be empty, on a page whose group is gone.
            map(kind.write, leaves, contents),
            map(kind.paging.set_page, leaves, repeat(self)),
            map(setitem, (self.lists,), (slice(None),), ([contents],)),
            map(kind.paging.empty, leaves),
        )


def put_back_pages_of(cells: Iterable[Any], paging: Paging) -> None:
    """Fill those of these cells that are empty, before they are written."""
    for page in set(map(paging.page_of, cells)):
        if page is not None and page.lists:
            page.put_back()


def write_pages(pages: Sequence[Page], contents: Sequence[list[Any]]) -> bool:
    """Give pages that have contents others; False if one has none any more."""
    for page in pages:
        page.used += 1
        page.peeks = 0
    lists = [page.lists for page in pages]
    try:
        deque(map(setitem, lists, repeat(0), contents), maxlen=0)
    except IndexError:
        return False
    return True

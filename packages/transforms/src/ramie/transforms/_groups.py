"""Groups: leaves of one view that a program passes and returns together.

They are picked once for each program and view, and remembered by the view, so that a
warm call reads and writes without looking for anything.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any, TypeAlias

from ramie.graph.extend import (
    FlatView,
    LeafGroup,
    Page,
    at_once,
    carry_out,
    write_groups,
    write_pages,
)

MOST_REMEMBERED = 64
"""How many programs a view remembers groups for before it starts anew."""

Contents: TypeAlias = list[list[Any]]
"""A list for each share of the leaves that a program has."""


class _Ending:
    """Fills the leaves when their view goes, for those who find them another way."""

    __slots__ = ("_leaves", "_page")

    def __init__(self, page: Page, leaves: LeafGroup) -> None:
        self._page = page
        self._leaves = leaves

    def __del__(self, _ends: Callable[[], bool] = sys.is_finalizing) -> None:
        leaves = getattr(self, "_leaves", None)  # an interrupt may leave it out
        if leaves is not None and not _ends():
            self._page.give_up(leaves)


class Groups:
    """The leaves of a view that a program takes and gives back.

    Args:
        view: the view.
        written: the leaves that it takes and gives back, by number.
        others: those that it only takes.

    Attributes:
        written: the leaves that it takes and gives back.
        read_others: reads those that it only takes.
        page: where the contents of `written` may be instead, if they can.
    """

    __slots__ = ("_ending", "page", "read_others", "written")

    def __init__(
        self, view: FlatView, written: Sequence[int], others: Sequence[int]
    ) -> None:
        self.written = view.pick(written)
        self.read_others: Callable[[], list[Any]]
        self.read_others = view.pick(others).read if others else list
        self.page = Page.of(self.written)
        self._ending: _Ending | None = None

    def read_written(self) -> list[Any]:
        """The contents of the leaves that the program gives back."""
        if self.page is not None and self.page.lists:
            with suppress(IndexError):  # a signal handler has had them put back
                return self.page.lists[0]
        return self.written.read()

    def writing(self, contents: list[Any]) -> Iterator[None]:
        """What gives the leaves these contents; see `Page.writing`."""
        if self.page is not None:
            writing = self.page.writing(contents)
            if writing is not None:
                self._ending = self._ending or _Ending(self.page, self.written)
                return writing
        self.written.put_back_pages()
        return self.written.writing(contents)


def read_groups(groups: Sequence[Groups]) -> tuple[Contents, Contents]:
    """What a program takes and gives back, and what else it takes, as of one moment."""
    with at_once():
        return (
            [group.read_written() for group in groups],
            [group.read_others() for group in groups],
        )


def give_back(groups: Sequence[Groups], contents: Contents) -> None:
    """Give the leaves what a program returned, all or nothing."""
    pages, lists = [], []
    with at_once():
        for group, theirs in zip(groups, contents, strict=True):
            if theirs:
                if group.page is None or not group.page.lists:
                    break
                pages.append(group.page)
                lists.append(theirs)
        else:
            if write_pages(pages, lists):
                return
        each = list(zip(groups, contents, strict=True))
        try:
            carry_out([group.writing(theirs) for group, theirs in each if theirs])
        except IndexError:  # a signal handler has had a page put back
            write_groups([group.written for group in groups], [*chain(*contents)])


def groups_of(
    view: FlatView,
    key: int,
    share: int,
    leaves_of: Callable[[int], tuple[Sequence[int], Sequence[int]]],
) -> Groups:
    """The groups of a view for a program: one share of its leaves."""
    remembered: dict[Any, Groups] = view.notes.get("groups") or {}
    try:
        return remembered[key, share]
    except KeyError:
        if len(remembered) >= MOST_REMEMBERED:
            remembered.clear()
        found = remembered[key, share] = Groups(view, *leaves_of(share))
        view.notes["groups"] = remembered
        return found

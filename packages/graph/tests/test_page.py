import gc
import itertools
import threading
import weakref

import jax.numpy as jnp
import pytest

from ramie.graph.extend import (
    CellKind,
    LeafGroup,
    Page,
    Paging,
    at_once,
    carry_out,
    register_cell,
    write_groups,
    write_pages,
)
from ramie.graph.testing import check_cell


class Slotted:
    __slots__ = ("__weakref__", "content", "page")

    def __init__(self, content):
        self.content = content
        self.page = None

    def __getattr__(self, name):
        if name != "content":
            raise AttributeError(name)
        return self.page.peek(self)


def assign(cell, value):
    if cell.page is not None:
        cell.page.put_back()
    cell.content = getattr(value, "content", value)


KIND = CellKind(
    read=lambda cell: cell.content,
    write=Slotted.__dict__["content"].__set__,
    describe=lambda _: None,
    create=lambda cls, _, content: cls(content),
    assign=assign,
    redescribe=lambda _cell, _metadata: None,
    paging=Paging(
        lambda _: True,
        Slotted.__dict__["content"].__delete__,
        Slotted.__dict__["page"].__get__,
        Slotted.__dict__["page"].__set__,
    ),
)
register_cell(Slotted, KIND)


def is_empty(cell):
    try:
        Slotted.__dict__["content"].__get__(cell)
    except AttributeError:
        return True
    return False


def write(page, group, contents):
    """Give contents by way of a page, as a program does."""
    carry_out([page.writing(contents) or group.writing(contents)])


def left(cells):
    """The group of two cells, and the page that has their contents: "a", "b"."""
    group = LeafGroup(cells, [KIND] * 2)
    page = Page(group)
    for _ in range(2):
        write(page, group, ["a", "b"])
    return group, page


@pytest.fixture
def group():
    return LeafGroup([Slotted(0), Slotted(1), Slotted(2)], [KIND] * 3)


@pytest.fixture
def page(group):
    """A page that has the contents of the group: "a", "b", "c"."""
    page = Page(group)
    write(page, group, [3, 4, 5])
    assert not page.lists
    write(page, group, ["a", "b", "c"])
    assert page.lists
    return page


def test_cells_that_can_be_emptied_keep_the_contract():
    check_cell(Slotted(jnp.ones(2)), jnp.zeros(2))


def test_the_second_time_contents_stay_on_the_page(group, page):
    assert all(map(is_empty, group.leaves))
    assert [cell.content for cell in group.leaves] == ["a", "b", "c"]


def test_what_is_written_next_takes_the_place_of_what_was_there(group, page):
    write(page, group, [6, 7, 8])

    assert all(map(is_empty, group.leaves))
    assert group.read() == [6, 7, 8]


def test_several_pages_are_written_together(group, page):
    other = LeafGroup([Slotted(0)], [KIND])
    its_page = Page(other)
    for _ in range(2):
        write(its_page, other, [1])

    write_pages([page, its_page], [[6, 7, 8], [9]])

    assert (group.read(), other.read()) == ([6, 7, 8], [9])


def test_pages_that_are_filled_together_are_both_put_back_before_a_write():
    groups = [LeafGroup([Slotted(0), Slotted(1)], [KIND] * 2) for _ in range(2)]
    pages = list(map(Page, groups))
    for contents in ([1, 2], [3, 4]):
        each = zip(pages, groups, strict=True)
        carry_out(
            [page.writing(contents) or group.writing(contents) for page, group in each]
        )
    assert all(page.lists for page in pages)

    write_groups([LeafGroup([group.leaves[0] for group in groups], [KIND] * 2)], "xy")

    assert [group.read() for group in groups] == [["x", 4], ["y", 4]]
    assert not any(page.lists for page in pages)


def test_putting_back_fills_all_cells(group, page):
    page.put_back()

    assert not page.lists
    assert not any(map(is_empty, group.leaves))
    assert group.read() == ["a", "b", "c"]
    page.put_back()
    assert group.read() == ["a", "b", "c"]


def test_what_was_put_back_in_the_last_moment_is_not_written_by_way_of_the_page(
    group, page
):
    writes = page.writing([6, 7, 8])
    page.put_back()

    with pytest.raises(IndexError):
        carry_out([writes])

    assert not write_pages([page], [[6, 7, 8]])
    assert not page.lists
    assert group.read() == ["a", "b", "c"]


def test_a_page_that_was_filled_in_the_last_moment_has_what_is_written_last(group):
    page = Page(group)
    write(page, group, [1, 2, 3])
    writes = page.writing([4, 5, 6])
    write(page, group, [7, 8, 9])

    carry_out([writes])

    assert all(map(is_empty, group.leaves))
    assert group.read() == [4, 5, 6]
    page.put_back()
    assert group.read() == [4, 5, 6]


def test_a_few_peeks_leave_the_page_as_it_is_and_many_do_not(group, page):
    for _ in range(Page.most_peeks):
        assert group.leaves[1].content == "b"
    assert page.lists

    assert group.leaves[1].content == "b"
    assert not page.lists
    assert group.read() == ["a", "b", "c"]


def test_peeks_are_counted_from_call_to_call(group, page):
    for number in range(3):
        for _ in range(Page.most_peeks):
            assert group.leaves[0].content is not None
        write(page, group, [number] * 3)

    assert page.lists


def test_a_group_that_shares_a_cell_is_written_after_the_page_was_put_back(group, page):
    others = LeafGroup([Slotted(0), group.leaves[1]], [KIND] * 2)

    write_groups([others], ["x", "y"])

    assert not page.lists
    assert group.read() == ["a", "y", "c"]


def test_a_group_that_shares_no_cell_leaves_the_page_alone(group, page):
    write_groups([LeafGroup([Slotted(0)], [KIND])], ["x"])

    assert page.lists


def test_a_cell_moves_from_page_to_page(group, page):
    others = LeafGroup([Slotted(0), group.leaves[1]], [KIND] * 2)
    its_page = Page(others)
    for _ in range(2):
        write(its_page, others, ["x", "y"])

    assert its_page.lists
    assert not page.lists
    assert group.read() == ["a", "y", "c"]
    with pytest.raises(LookupError):
        page.peek(group.leaves[1])


def test_a_page_that_is_put_back_each_time_is_tried_less_and_less(group):
    page = Page(group)
    filled = []

    for number in range(1, 1100):
        write(page, group, [number] * 3)
        if page.lists:
            filled.append(number)
            page.put_back()
        assert group.read() == [number] * 3

    between = [b - a for a, b in itertools.pairwise(filled)]
    assert between == sorted(between)
    assert between[0] == 3
    assert between[-1] == Page.most_patience + 1


def test_a_page_that_was_used_is_tried_again_soon(group, page):
    for number in range(Page.worthwhile):
        write(page, group, [number] * 3)
    page.put_back()

    write(page, group, [1] * 3)
    assert not page.lists
    write(page, group, [2] * 3)
    assert page.lists


def test_the_cells_have_their_contents_after_the_group_is_gone():
    cells = [Slotted(0), Slotted(1)]
    group, page = left(cells)
    del group

    for _ in range(2 * Page.most_peeks):
        assert [cell.content for cell in cells] == ["a", "b"]
    page.put_back()
    write_groups([LeafGroup(cells[:1], [KIND])], ["x"])

    assert [cell.content for cell in cells] == ["x", "b"]


def test_a_cell_whose_group_is_gone_moves_to_the_page_of_another():
    cells = [Slotted(0), Slotted(1)]
    others = LeafGroup([cells[0], Slotted(2), cells[1]], [KIND] * 3)
    its_page = Page(others)
    write(its_page, others, [0, 1, 2])
    group, _ = left(cells)
    del group

    write(its_page, others, [3, 4, 5])

    assert its_page.lists
    assert others.read() == [3, 4, 5]


def test_a_group_that_ends_fills_its_cells():
    cells = [Slotted(0), Slotted(1)]
    group, page = left(cells)

    page.give_up(group)

    assert not any(map(is_empty, cells))
    assert [cell.content for cell in cells] == ["a", "b"]


def test_cells_on_a_page_are_freed_without_a_collection():
    group = LeafGroup([Slotted(0)], [KIND])
    page = Page(group)
    for _ in range(2):
        write(page, group, [jnp.ones(1)])
    reference, content = weakref.ref(group.leaves[0]), weakref.ref(page.lists[0][0])

    gc.disable()
    try:
        del group, page
        assert reference() is None
        assert content() is None
    finally:
        gc.enable()


def test_threads_that_peek_and_write_see_whole_lists(group, page):
    def look():
        while not done.is_set():
            seen.add(tuple(group.read()))
            page.put_back()

    seen, done = {("a", "b", "c")}, threading.Event()
    thread = threading.Thread(target=look)
    thread.start()
    for number in range(2000):
        with at_once():
            write(page, group, [number] * 3)
    done.set()
    thread.join()

    assert all(len(set(contents)) == 1 for contents in seen - {("a", "b", "c")})
    assert group.read() == [1999] * 3

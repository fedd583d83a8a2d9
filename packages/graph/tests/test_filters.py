import pytest

from ramie.graph import (
    All,
    Any,
    Everything,
    Not,
    Nothing,
    OfType,
    PathContains,
    PathIn,
    WithTag,
    split,
    state,
    to_predicate,
)
from ramie.graph.errors import (
    FilterError,
    NonExhaustiveFilterError,
    UnreachableFilterError,
)
from ramie.graph.extend import partition
from ramie.graph.filterlib import filters_to_predicates

from .kinds import Cell, Loose, Special

PATH = ("layers", 0, "kernel")


class Stand:
    """Stands in for a Special, as abstract values do."""

    type = Special


@pytest.mark.parametrize(
    ("filter", "value", "selected"),
    [
        (Cell, Cell(1), True),
        (Cell, Special(1), True),
        (Special, Cell(1), False),
        (Special, Stand(), True),
        (Loose, Stand(), False),
        (..., 1, True),
        (True, 1, True),
        (False, 1, False),
        (None, 1, False),
        ("slow", Cell(1, tag="slow"), True),
        ("slow", Cell(1, tag="fast"), False),
        ("slow", 1, False),
        (lambda path, value: path[-1] == "kernel" and value == 1, 1, True),
        (lambda path, value: path[-1] == "kernel" and value == 1, 2, False),
        ([int, str], "a", True),
        ((int, str), 1.0, False),
        ([], 1, False),
        (Any(int, "slow"), 1, True),
        (Any(int, "slow"), 1.0, False),
        (All(int, PathContains("kernel")), 1, True),
        (All(int, PathContains("bias")), 1, False),
        (All(), 1, True),
        (Not(int), 1, False),
        (Not([int, float]), "a", True),
        (Everything(), 1, True),
        (Nothing(), 1, False),
        (OfType(int), 1, True),
        (WithTag("slow"), Cell(1, tag="slow"), True),
        (PathContains(0), 1, True),
        (PathContains("0"), 1, False),
        (PathContains("kern"), 1, False),
        (PathContains("kern", exact=False), 1, True),
        (PathContains(0, exact=False), 1, True),
        (PathIn(PATH, ("bias",)), 1, True),
        (PathIn(("kernel",)), 1, False),
    ],
)
def test_a_filter_selects(filter, value, selected):
    assert to_predicate(filter)(PATH, value) is selected


@pytest.mark.parametrize("filter", [3, 1.5, {1}, {"a": 1}, b"a"])
def test_what_means_nothing_is_refused(filter):
    with pytest.raises(FilterError, match=r"is no filter. Use a type, a tag"):
        to_predicate(filter)


def test_nonsense_inside_a_combination_is_refused():
    with pytest.raises(FilterError, match=r"3 is no filter"):
        Any(int, [3])


@pytest.mark.parametrize(
    ("earlier", "filter"),
    [
        (..., int),
        (True, "tag"),
        (int, int),
        (int, bool),
        ("tag", "tag"),
        ([str, int], bool),
        (PathContains("a"), PathContains("a")),
    ],
)
def test_a_filter_behind_one_that_selects_the_same_is_refused(earlier, filter):
    with pytest.raises(UnreachableFilterError, match="narrower filter first") as caught:
        partition([], ["other", earlier, filter])
    assert (caught.value.filter, caught.value.earlier) == (filter, earlier)


@pytest.mark.parametrize(
    ("earlier", "filter"),
    [(bool, int), ("tag", "other"), (None, None), (lambda *_: True, lambda *_: True)],
)
def test_filters_that_may_select_different_things_are_taken(earlier, filter):
    assert len(filters_to_predicates([earlier, filter])) == 2


def test_equal_filters_of_different_types_are_not_confused():
    filters_to_predicates([True])
    with pytest.raises(FilterError, match="1 is no filter"):
        filters_to_predicates([1])


def test_everything_may_stand_twice():
    groups, rest = partition([((), 1)], [..., True])

    assert groups == [[((), 1)], []]
    assert rest == []


def test_the_first_filter_that_selects_wins():
    groups, rest = partition(
        [(("a",), 1), (("b",), "x"), (("c",), 2.0)], [int, ..., ...]
    )

    assert groups == [[(("a",), 1)], [(("b",), "x"), (("c",), 2.0)], []]
    assert rest == []


def test_left_over_leaves_are_listed_with_the_advice():
    node = {"w": Special(1), "rest": [Cell(n) for n in range(7)]}

    with pytest.raises(NonExhaustiveFilterError) as info:
        split(node, Special)

    assert info.value.left_over == tuple(("rest", n) for n in range(7))
    assert info.value.filters == (Special,)
    assert "these leaves (7): rest/0" in str(info.value)
    assert "rest/4 and 2 more" in str(info.value)
    assert "`...` as the last one" in str(info.value)


def test_state_leaves_out_what_no_filter_selects():
    node = {"w": Special(1), "v": Cell(2)}

    assert list(state(node, Special)) == ["w"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Any(int, "tag"),
        lambda: All(int),
        lambda: Not(int),
        Everything,
        Nothing,
        lambda: OfType(int),
        lambda: WithTag("a"),
        lambda: PathContains("a"),
        lambda: PathIn(("a",), ("b",)),
    ],
)
def test_filters_that_say_the_same_are_equal(make):
    assert make() == make()
    assert hash(make()) == hash(make())
    assert make() != Any(float)


def test_a_filter_that_looks_for_less_is_another():
    assert PathContains("a") != PathContains("a", exact=False)
    assert Any(int) != All(int)


def test_filters_show_what_they_are_made_of():
    assert repr(Any(int, Not("slow"))) == (
        "Any(OfType(<class 'int'>), Not(WithTag('slow')))"
    )

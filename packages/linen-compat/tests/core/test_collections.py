import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramie.linen.core import DenyList
from ramie.linen.core.scope import (
    filter_to_set,
    group_collections,
    in_filter,
    intersect_filters,
    subtract_filters,
    union_filters,
)
from ramie.linen.errors import InvalidFilterError

COLLECTIONS = ["a", "b", "c", "other"]

some_names = st.sampled_from(COLLECTIONS[:3])
plain = st.booleans() | some_names | st.lists(some_names) | st.sets(some_names)
filters = plain | plain.map(DenyList) | plain.map(DenyList).map(DenyList)


@given(filters, filters, st.sampled_from(COLLECTIONS))
def test_filters_add_up_like_the_sets_they_stand_for(a, b, name):
    in_a, in_b = in_filter(a, name), in_filter(b, name)

    assert in_filter(union_filters(a, b), name) == (in_a or in_b)
    assert in_filter(intersect_filters(a, b), name) == (in_a and in_b)
    assert in_filter(subtract_filters(a, b), name) == (in_a and not in_b)


@given(st.lists(filters, max_size=3))
def test_a_collection_goes_to_the_first_group_that_means_it(some):
    groups = group_collections(dict.fromkeys(COLLECTIONS, 0), some)

    for name in COLLECTIONS:
        first = next((n for n, one in enumerate(some) if in_filter(one, name)), None)
        found = [n for n, group in enumerate(groups) if name in group]
        assert found == ([] if first is None else [first])


def test_names_are_listed_where_they_can_be():
    assert filter_to_set("a") == {"a"}
    assert filter_to_set(False) == set()
    assert filter_to_set(DenyList(True)) == set()
    with pytest.raises(InvalidFilterError, match="DenyList"):
        filter_to_set(DenyList("a"))


@pytest.mark.parametrize("wrong", [None, 3, 1.5])
def test_something_else_is_no_filter(wrong):
    for ask in (in_filter, lambda w, _: union_filters(w, "a")):
        with pytest.raises(InvalidFilterError, match="Give True for all"):
            ask(wrong, "a")
    with pytest.raises(InvalidFilterError):
        in_filter(DenyList(wrong), "a")


def test_deny_lists_compare_and_show_what_they_deny():
    assert DenyList("a") == DenyList("a") != DenyList("b")
    assert hash(DenyList("a")) == hash(DenyList("a"))
    assert repr(DenyList("a")) == "DenyList(deny='a')"

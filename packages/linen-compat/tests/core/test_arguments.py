"""Numbers of arguments count the scopes, which are no argument themselves."""

import pytest

from ramie.linen.core._arguments import chosen, joined, numbers_of

CASES = {0: "", 1: "a", (0, 2): "b", -1: "c", (1, 3): "ac"}


@pytest.mark.parametrize("numbers", CASES, ids=str)
def test_arguments_are_chosen_by_number(numbers):
    some, others = chosen(("a", "b", "c"), numbers_of(numbers))

    assert "".join(some.values()) == CASES[numbers]
    assert joined(some, others) == ["a", "b", "c"]


def test_nothing_is_chosen_of_nothing():
    assert chosen((), numbers_of(-1)) == ({}, {})

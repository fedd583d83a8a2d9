import functools
from collections import namedtuple
from types import MethodType

import pytest

from ramie.transforms._parts import Homes, Made, parts_of

FACTOR = 2
Pair = namedtuple("Pair", ["a", "b"])


class Plain:
    def __init__(self, n):
        self.n = n

    def read(self):
        return self.n


class InC(list):
    pass


class Called:
    def __call__(self):
        return 1


def with_new(value, **new):
    """The value made anew, with other children for those that are named by value."""
    parts = parts_of(value, globals())
    changes = {int(key[1:]): child for key, child in new.items()}
    children = [changes.get(child, child) for child in parts.children]
    if isinstance(parts, Made):
        return parts.make(children), parts
    made = parts.start([child in changes for child in parts.children], Homes())
    parts.fill(made, children)
    return made, parts


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ((1, 2), (1, 3)),
        (Pair(1, 2), Pair(1, 3)),
        ([1, 2], [1, 3]),
        ({"a": 2, "b": 1}, {"a": 3, "b": 1}),
    ],
)
def test_a_container_with_another_item(value, expected):
    made, _ = with_new(value, _2=3)

    assert made == expected
    assert type(made) is type(value)


def test_a_plain_object_with_another_attribute():
    value = Plain(2)

    made, parts = with_new(value, _2=3)
    look = parts.witness(made)
    before = look()
    made.n = 4

    assert (value.n, before, look()) == (2, ["n", 3], ["n", 4])


def test_a_partial_with_another_argument():
    made, _ = with_new(functools.partial(pow, 2, mod=5), _2=3)

    assert made(2) == pow(3, 2, 5)


def test_a_method_of_another_object():
    method = Plain(2).read
    parts = parts_of(method, globals())

    made = parts.make((parts.children[0], Plain(3)))

    assert isinstance(made, MethodType)
    assert made() == 3


def test_a_function_with_other_constants():
    closed, kept = 2, 5

    def fun(x, y=2, *, z=2):
        """What it does."""
        return x, y, z, closed, kept, FACTOR

    fun.note = "mine"
    made, parts = with_new(fun, _2=3)

    assert made(0) == (0, 3, 3, 3, 5, 3)
    assert fun(0) == (0, 2, 2, 2, 5, 2)
    assert (made.__name__, made.__qualname__, made.note) == (
        *(fun.__name__, fun.__qualname__),
        "mine",
    )
    assert parts.witness(made)()[0] == 3


def test_what_stays_is_in_the_same_cell():
    calls, closed = 5, 2

    def fun():
        nonlocal calls
        calls += closed

    made, parts = with_new(fun, _2=3)
    look = parts.witness(made)
    before = look()
    made()

    assert calls == 8
    assert look() == before == [3]


def test_functions_of_one_file_share_a_copy_of_its_globals():
    homes = Homes()

    assert homes.copy_of(globals()) is homes.copy_of(globals())
    assert homes.copy_of(globals()) == globals()


def test_globals_of_another_file_are_no_parts():
    assert FACTOR not in parts_of(lambda: FACTOR, {}).children
    assert FACTOR in parts_of(lambda: FACTOR, globals()).children


@pytest.mark.parametrize("value", [iter([1]), InC([1]), Called(), {1}, abs])
def test_anything_else_is_not_taken_apart(value):
    assert parts_of(value, globals()) is None


def test_a_name_without_a_value_is_an_error():
    with pytest.raises(ValueError, match="empty"):
        parts_of(lambda: later, globals())
    later = 1
    assert later

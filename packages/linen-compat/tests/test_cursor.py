import operator
from collections import OrderedDict
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.linen import FrozenDict, struct
from ramie.linen.cursor import Cursor, cursor
from ramie.linen.errors import CursorFindError, CursorWriteError, TraverseTreeError


class Pair(NamedTuple):
    x: Any
    y: Any


@struct.dataclass
class Point:
    a: Any
    b: Any = 3


def tree():
    return {
        "one": 1,
        "tuple": (2, 3),
        "list": [4, {"deep": 5}],
        "pair": Pair(6, 7),
        "point": Point(8),
        "frozen": FrozenDict({"h": 9}),
    }


def test_writes_give_a_new_tree_and_leave_the_old_one():
    before = tree()
    place = cursor(before)

    place["one"] += 1
    place["tuple"][0] = 10
    place["list"][1]["deep"] *= 2
    place["pair"].x = 3
    place["pair"][1] = 4
    place["point"].a = 5
    place["frozen"]["h"] = 1
    place["new"] = 0

    assert place.build() == {
        "one": 2,
        "tuple": (10, 3),
        "list": [4, {"deep": 10}],
        "pair": Pair(3, 4),
        "point": Point(5),
        "frozen": FrozenDict({"h": 1}),
        "new": 0,
    }
    assert type(place["frozen"].build()) is FrozenDict
    assert before == tree()


def test_set_returns_the_whole_tree():
    place = cursor({"a": (1, 2)})

    assert place["a"][-1].set(3) == {"a": (1, 3)}
    assert place["a"].build() == (1, 3)
    assert place.set(5) == 5


def test_all_cursors_of_a_tree_see_what_is_written():
    place = cursor(tree())
    inside = place["tuple"]

    place["tuple"][0] = 9

    assert inside.build() == (9, 3)
    assert inside[0].build() == 9


def test_elements_of_arrays_can_be_written():
    numbers = np.arange(3)
    place = cursor({"np": numbers, "jax": jnp.arange(3)})

    place["np"][1] = 9
    place["jax"][0:2] = 7

    assert place["np"].build().tolist() == [0, 9, 2]
    assert place["jax"].build().tolist() == [7, 7, 2]
    assert numbers.tolist() == [0, 1, 2]


def test_dicts_keep_their_class():
    assert type(cursor(OrderedDict(a=1))["a"].set(2)) is OrderedDict


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (lambda place: place["missing"], KeyError),
        (lambda place: place["tuple"][7], IndexError),
        (lambda place: place["point"].missing, AttributeError),
        (lambda place: place.__array_interface__, AttributeError),
    ],
)
def test_a_place_that_is_not_there_is_refused(step, error):
    with pytest.raises(error):
        step(cursor(tree()))


@pytest.mark.parametrize("write", [operator.setitem, setattr])
def test_what_cannot_be_copied_is_not_written(write):
    place = cursor({"a": object()})

    with pytest.raises(CursorWriteError, match="Cannot write a/b: it is in a object"):
        write(place["a"], "b", 3)


def test_items_are_no_attributes():
    with pytest.raises(CursorWriteError, match="in a dict"):
        cursor({"a": 1}).a = 2


def test_values_that_are_cursors_are_written_as_what_they_are_at():
    place = cursor({"a": 1, "b": (2, 3)})

    place["b"] = [place["b"][1], {"k": place["a"]}, 7]
    place["a"] = cursor(5)

    assert place.build() == {"a": 5, "b": [3, {"k": 1}, 7]}
    assert cursor(place).build() == place.build()


def test_an_update_sees_all_parts_and_does_not_enter_what_it_replaces():
    seen = []

    def update(path, value):
        seen.append(path)
        return "cut" if path == "list" else -value if isinstance(value, int) else value

    place = cursor(tree())
    assert place.apply_update(update) is place

    assert place["list"].build() == "cut"
    assert place["point"].build() == Point(-8, -3)
    assert seen[:5] == ["one", "tuple", "tuple/0", "tuple/1", "list"]
    assert "list/0" not in seen
    assert {"pair/x", "point/b", "frozen/h"} < set(seen)


def test_an_update_that_changes_nothing_keeps_the_tree():
    before = tree()

    assert cursor(before).apply_update(lambda _, value: value).build() is before


def test_one_place_is_found_and_written():
    place = cursor(tree())

    found = place.find(lambda path, _: path == "point/a")

    assert isinstance(found, Cursor)
    assert found.set(0)["point"] == Point(0)
    assert place["tuple"].find(lambda _, value: value == 3).set(1)["tuple"] == (2, 1)


def test_all_places_are_found_without_entering_them():
    place = cursor(tree())

    inside = [each.build() for each in place.find_all(lambda path, _: "list" in path)]
    for each in place.find_all(lambda _, value: isinstance(value, int)):
        each.set(0)

    assert inside == [[4, {"deep": 5}]]
    assert place["list"].build() == [0, {"deep": 0}]
    assert place["pair"].build() == Pair(0, 0)


def test_none_or_several_places_are_no_place():
    with pytest.raises(CursorFindError, match="Nothing fits"):
        cursor(tree()).find(lambda path, _: path == "zz")
    with pytest.raises(CursorFindError, match="first one and tuple/0"):
        cursor(tree()).find(lambda _, value: isinstance(value, int))


@pytest.mark.parametrize("method", ["apply_update", "find", "find_all"])
def test_a_traversal_needs_a_function(method):
    with pytest.raises(TraverseTreeError, match="Pass a function"):
        getattr(cursor(tree()), method)(None)


def test_a_cursor_computes_and_compares_as_its_value():
    three, other = cursor(3), cursor([1, 2])

    assert (three + 1, 1 - three, three**2, divmod(three, 2)) == (4, -2, 9, (1, 1))
    assert (-three, abs(three), ~three, round(three)) == (-3, 3, -4, 3)
    assert three == 3
    assert three != cursor(4)
    assert three < 4 <= three + three
    assert (len(other), bool(cursor(0)), 2 in other, "a" in cursor({"a": 1})) == (
        *(2, False),
        *(True, True),
    )
    assert [each.build() for each in reversed(other)] == [2, 1]
    assert (repr(three), f"{three}") == ("Cursor(3)", "3")
    assert jax.tree.leaves(three) == [three]
    with pytest.raises(TypeError, match="unhashable"):
        hash(three)

from collections import namedtuple

import pytest

from ramie.linen import FrozenDict, struct
from ramie.linen.errors import TraversalCountError
from ramie.linen.traverse_util import (
    ModelParamTraversal,
    TraverseAttr,
    TraverseEach,
    TraverseItem,
    TraverseMerge,
    t_identity,
)

Point = namedtuple("Point", "x y")

DATA = {"a": [1, 2, {"b": 3}], "t": (4, 5)}


@struct.dataclass
class Node:
    x: int


class Plain:
    def __init__(self, x):
        self.x = x


def test_places_are_listed_and_replaced_in_a_copy():
    each = t_identity["t"].each()

    assert list(each.iterate(DATA)) == [4, 5]
    assert each.update(lambda x: -x, DATA) == {**DATA, "t": (-4, -5)}
    assert each.set([6, 7], DATA)["t"] == (6, 7)
    assert each.filter(lambda x: x > 4).set([9], DATA)["t"] == (4, 9)
    assert t_identity["a"][2]["b"].set([8], DATA)["a"] == [1, 2, {"b": 8}]
    assert DATA["a"][2] == {"b": 3}


def test_leaves_of_a_tree_are_places():
    assert list(t_identity.tree().iterate(DATA)) == [1, 2, 3, 4, 5]
    assert t_identity.tree().update(lambda x: 2 * x, (1, [2])) == (2, [4])


def test_several_traversals_are_merged():
    merged = t_identity.merge(TraverseItem("t").each(), TraverseItem("a")[0])

    assert list(merged.iterate(DATA)) == [4, 5, 1]
    assert merged.update(lambda x: 10 * x, DATA)["a"][:2] == [10, 2]
    assert list(TraverseMerge().iterate(DATA)) == []


def test_attributes_are_places():
    def double(x):
        return 2 * x

    assert t_identity.x.update(double, Point(1, 2)) == Point(2, 2)
    assert TraverseAttr("x").update(double, Node(1)) == Node(2)
    plain = Plain(1)
    assert TraverseAttr("x").update(double, plain).x == 2
    assert plain.x == 1
    assert list(TraverseAttr("x").iterate(plain)) == [1]
    with pytest.raises(AttributeError):
        _ = t_identity.__nothing__


def test_containers_keep_their_type():
    def double(x):
        return 2 * x

    assert TraverseEach().update(double, Point(1, 2)) == Point(2, 4)
    assert TraverseEach().update(double, {"a": 1}) == {"a": 2}
    frozen = TraverseEach().update(double, FrozenDict({"a": 1}))
    assert frozen == FrozenDict({"a": 2})
    assert TraverseItem("a").update(double, frozen) == FrozenDict({"a": 4})
    assert TraverseItem(1).update(double, Point(1, 2)) == Point(1, 4)
    assert list(TraverseEach().iterate({"a": 1})) == [1]


@pytest.mark.parametrize("values", [[1], [1, 2, 3]])
def test_there_are_as_many_values_as_places(values):
    with pytest.raises(TraversalCountError, match=r"Count the\s+places"):
        t_identity["t"].each().set(values, DATA)


def test_parameters_are_chosen_by_path():
    seen = []
    params = {"dense": {"kernel": 1, "bias": 2}, "kernel": 3, "empty": {}}
    kernels = ModelParamTraversal(lambda path, _: seen.append(path) or "kernel" in path)

    assert list(kernels.iterate(params)) == [1, 3]
    assert seen == ["/dense/bias", "/dense/kernel", "/kernel"]
    changed = kernels.update(lambda x: -x, FrozenDict(params))
    assert changed == FrozenDict(
        {**params, "dense": {"kernel": -1, "bias": 2}, "kernel": -3}
    )

import copy
import pickle

import jax
import pytest

from ramie.linen import core
from ramie.linen.core import FrozenDict, freeze, pretty_repr, unfreeze
from ramie.linen.errors import FrozenDictError

NESTED = {"b": {"x": 1}, "a": 2}


def test_what_was_frozen_does_not_change_with_its_source():
    source = {"a": {"b": 1}}

    frozen = freeze(source)
    source["a"]["b"] = 2

    assert frozen["a"]["b"] == 1


def test_dicts_inside_come_frozen():
    frozen = freeze(NESTED)

    assert isinstance(frozen["b"], FrozenDict)
    assert isinstance(frozen.get("b"), FrozenDict)
    assert [type(v) for v in frozen.values()] == [FrozenDict, int]
    assert dict(frozen.items())["b"] == freeze({"x": 1})
    assert frozen.get("z") is None
    assert frozen.get("z", 3) == 3


@pytest.mark.parametrize(
    "change", [lambda d: d.__setitem__("a", 1), lambda d: d.__delitem__("a")]
)
def test_a_change_in_place_is_refused(change):
    frozen = freeze(NESTED)

    with pytest.raises(FrozenDictError, match="unfreeze"):
        change(frozen)

    assert frozen == NESTED


def test_copies_have_entries_added_or_taken_out():
    frozen = freeze(NESTED)

    rest, taken = frozen.pop("b")

    assert rest == {"a": 2}
    assert taken == freeze({"x": 1})
    assert frozen.copy({"a": {"y": 3}}) == {"b": {"x": 1}, "a": {"y": 3}}
    assert frozen | {"c": 4} == {**NESTED, "c": 4}
    with pytest.raises(KeyError):
        frozen.pop("z")


def test_unfreezing_gives_plain_dicts_of_their_own():
    frozen = freeze(NESTED)

    plain = unfreeze(frozen)
    plain["b"]["x"] = 5

    assert type(plain["b"]) is dict
    assert frozen["b"]["x"] == 1
    assert unfreeze({"a": frozen})["a"] == NESTED
    assert unfreeze(3) == 3


def test_equal_dicts_have_equal_hashes():
    other = freeze(dict(reversed(NESTED.items())))

    assert freeze(NESTED) == other
    assert hash(freeze(NESTED)) == hash(other) == hash(other)
    assert freeze(NESTED) != freeze({})
    assert freeze({}) != 3
    with pytest.raises(TypeError):
        hash(freeze({"a": []}))


def test_jax_sees_entries_by_key():
    frozen = freeze(NESTED)

    paths = [jax.tree_util.keystr(p) for p, _ in jax.tree.leaves_with_path(frozen)]
    doubled = jax.tree.map(lambda x: 2 * x, frozen)

    assert paths == ["['a']", "['b']['x']"]
    assert isinstance(doubled, FrozenDict)
    assert doubled == {"a": 4, "b": {"x": 2}}


def test_copies_and_pickles_are_equal():
    frozen = freeze(NESTED)

    for other in (copy.copy(frozen), pickle.loads(pickle.dumps(frozen))):
        assert isinstance(other, FrozenDict)
        assert other == frozen


def test_views_show_what_they_are():
    frozen = freeze({"a": 1})

    assert repr(frozen.keys()) == "frozendict_keys(['a'])"
    assert repr(frozen.values()) == "frozendict_values([1])"
    assert "a" in frozen.keys()  # noqa: SIM118 (the view itself)
    assert len(frozen.keys()) == 1
    assert frozen.keys() == {"a"}
    assert frozen.keys() != ["a"]


def test_entries_are_shown_one_a_line():
    assert repr(freeze({})) == "FrozenDict({})"
    assert pretty_repr(freeze({"a": {"b": 1}}), 2) == (
        "FrozenDict({\n  a: {\n    b: 1,\n  },\n})"
    )
    assert pretty_repr({"a": {}}) == "{\n    a: {},\n}"
    assert pretty_repr(3) == "3"


def test_functions_keep_the_type_they_are_given():
    frozen = freeze(NESTED)

    assert core.copy(frozen, {"c": 1}) == {**NESTED, "c": 1}
    assert type(core.copy(NESTED, {"c": 1})) is dict
    assert core.copy(NESTED)["b"] is not NESTED["b"]
    assert core.pop(NESTED, "a") == ({"b": {"x": 1}}, 2)
    assert type(core.pop(frozen, "a")[0]) is FrozenDict
    assert "a" in NESTED

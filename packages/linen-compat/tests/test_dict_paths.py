import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramie.linen import FrozenDict
from ramie.linen.traverse_util import (
    empty_node,
    flatten_dict,
    path_aware_map,
    unflatten_dict,
)

NESTED = {"a": {"b": 1, "c": {}}, "d": {}, "e": 2}

keys = st.sampled_from(["a", "b", "ab"])
nested = st.recursive(
    st.integers(0, 1),
    lambda inner: st.dictionaries(keys, inner, max_size=2),
    max_leaves=5,
)


def test_values_are_listed_by_path():
    assert flatten_dict(NESTED) == {("a", "b"): 1, ("e",): 2}
    assert flatten_dict(NESTED, sep="/") == {"a/b": 1, "e": 2}
    assert flatten_dict(FrozenDict(NESTED), keep_empty_nodes=True) == {
        ("a", "b"): 1,
        ("a", "c"): empty_node,
        ("d",): empty_node,
        ("e",): 2,
    }
    assert flatten_dict(NESTED, is_leaf=lambda path, _: path == ("a",)) == {
        ("a",): NESTED["a"],
        ("e",): 2,
    }
    assert flatten_dict({}, keep_empty_nodes=True) == {}


@given(st.dictionaries(keys, nested, max_size=3), st.sampled_from([None, "/"]))
def test_flat_dicts_become_nested_again(tree, sep):
    flat = flatten_dict(tree, keep_empty_nodes=True, sep=sep)

    assert unflatten_dict(flat, sep=sep) == tree


def test_functions_see_path_and_value():
    def spell(path, value):
        return "/".join(path) + str(value)

    assert path_aware_map(spell, NESTED) == {
        "a": {"b": "a/b1", "c": {}},
        "d": {},
        "e": "e2",
    }
    assert path_aware_map(spell, FrozenDict({"e": 2})) == {"e": "e2"}


@pytest.mark.parametrize(
    ("function", "wrong", "problem"),
    [
        (flatten_dict, [1], "got a list"),
        (unflatten_dict, 3, "got a int"),
        (unflatten_dict, {(): 1}, "path is empty"),
        (unflatten_dict, {("a",): 1, ("a", "b"): 2}, "leads into 'a'"),
    ],
)
def test_something_else_is_refused(function, wrong, problem):
    with pytest.raises(TypeError, match=problem):
        function(wrong)

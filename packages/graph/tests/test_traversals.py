import copy
import pickle
from types import MappingProxyType

import jax
import pytest

from ramie.graph import State
from ramie.graph.errors import (
    NotAMappingError,
    PathConflictError,
    UnjoinableKeyError,
)
from ramie.graph.traversals import (
    empty_node,
    flatten_mapping,
    flatten_to_sequence,
    unflatten_mapping,
)

NESTED = {"b": {"z": 1, "c": {}}, "a": 2}


def test_a_nested_mapping_is_flattened_in_its_order():
    assert list(flatten_mapping(NESTED).items()) == [(("b", "z"), 1), (("a",), 2)]
    assert flatten_to_sequence(NESTED) == [(("b", "z"), 1), (("a",), 2)]


def test_empty_mappings_are_kept_on_demand():
    flat = flatten_mapping(NESTED, keep_empty_nodes=True)

    assert flat[("b", "c")] is empty_node
    assert unflatten_mapping(flat) == NESTED
    assert unflatten_mapping(flatten_mapping(NESTED)) == {"b": {"z": 1}, "a": 2}


def test_paths_are_joined_and_parted():
    flat = flatten_mapping(NESTED, sep="/", keep_empty_nodes=True)

    assert flat == {"b/z": 1, "b/c": empty_node, "a": 2}
    assert unflatten_mapping(flat, sep="/") == NESTED


@pytest.mark.parametrize("keep", [False, True])
def test_an_empty_root_has_no_paths(keep):
    assert flatten_mapping({}, keep_empty_nodes=keep) == {}
    assert flatten_mapping({}, keep_empty_nodes=keep, sep="/") == {}
    assert flatten_to_sequence({}) == []
    assert unflatten_mapping({}) == {}


def test_a_mapping_may_be_a_leaf():
    def is_leaf(path, _value):
        return len(path) == 1

    assert flatten_mapping(NESTED, is_leaf=is_leaf) == {
        ("b",): {"z": 1, "c": {}},
        ("a",): 2,
    }
    assert flatten_to_sequence({"b": {"z": 1}}, is_leaf=is_leaf) == [(("b",), {"z": 1})]
    assert flatten_mapping({"a": 1}, is_leaf=lambda *_: True) == {(): {"a": 1}}


def test_any_mapping_is_taken():
    nested = MappingProxyType({"a": State({0: 1})})

    assert flatten_mapping(nested) == {("a", 0): 1}


def test_pairs_are_taken_and_later_ones_win():
    pairs = [(("a", 0), 1), (["a", 0], 2), (("b",), 3)]

    assert unflatten_mapping(iter(pairs)) == {"a": {0: 2}, "b": 3}


@pytest.mark.parametrize(
    ("flat", "path"),
    [
        ({("a",): 1, ("a", "b"): 2}, ("a",)),
        ({("a", "b"): 2, ("a",): 1}, ("a",)),
        ({("a",): 1, ("a", "b", "c"): empty_node}, ("a",)),
        ({("a",): {}, ("a", "b"): 2}, ("a",)),
        ({(): 1}, ()),
    ],
)
def test_no_value_is_lost(flat, path):
    with pytest.raises(PathConflictError, match="leads to other values too") as info:
        unflatten_mapping(flat)

    assert info.value.path == path


def test_dicts_that_are_values_are_not_edited():
    value = {}

    assert unflatten_mapping({("a", "b"): value})["a"]["b"] is value


def test_an_empty_node_at_the_root_is_an_empty_dict():
    assert unflatten_mapping({(): empty_node}) == {}


def test_keys_that_are_no_text_are_not_joined():
    with pytest.raises(UnjoinableKeyError, match=r"\('a', 0\).*sep=None"):
        flatten_mapping({"a": {0: 1}}, sep="/")


@pytest.mark.parametrize("f", [flatten_mapping, flatten_to_sequence, unflatten_mapping])
def test_what_has_no_paths_is_refused(f):
    with pytest.raises(NotAMappingError, match=r"type int\. Pass a"):
        f(3)


def test_depth_has_no_limit():
    nested = 1
    for _ in range(2_000):
        nested = {"a": nested}

    (path,) = flatten_mapping(nested)
    back = unflatten_mapping({path: 1})

    assert len(path) == 2_000
    assert flatten_mapping(back) == {path: 1}


@pytest.mark.parametrize(
    "travel", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_there_is_one_empty_node(travel):
    assert travel(empty_node) is empty_node


def test_jax_sees_no_leaf_in_an_empty_node():
    leaves, treedef = jax.tree.flatten(empty_node)

    assert leaves == []
    assert treedef.unflatten(leaves) is empty_node
    assert repr(empty_node) == "empty_node"

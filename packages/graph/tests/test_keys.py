import random

import jax
import pytest
from jax.tree_util import DictKey, FlattenedIndexKey, GetAttrKey, SequenceKey

from ramie.graph import FlatState
from ramie.graph.extend import key_order, show_path, sort_keys


@pytest.mark.parametrize("seed", range(5))
def test_ints_come_first_and_count_as_numbers(seed):
    keys = [10, 9, "b", "a10", "a9", -1, "A"]
    random.Random(seed).shuffle(keys)

    assert sort_keys(keys) == [-1, 9, 10, "A", "a10", "a9", "b"]
    assert sorted(keys, key=key_order) == sort_keys(keys)


def test_sorting_leaves_its_argument_alone():
    keys = ["b", "a"]

    assert sort_keys(iter(keys)) == ["a", "b"]
    assert keys == ["b", "a"]


def test_paths_are_sorted_key_by_key():
    paths = [("b",), ("a", "x"), ("a", 2), ("a",), (5, "z")]

    flat = FlatState([(path, None) for path in paths], sort=True)

    assert flat.paths == ((5, "z"), ("a",), ("a", 2), ("a", "x"), ("b",))


def test_paths_are_spelled_with_slashes():
    assert show_path(("layers", 0, "kernel")) == "layers/0/kernel"
    assert show_path(()) == "<root>"


class Tree:
    """A pytree whose only child has the key it is given."""

    def __init__(self, key):
        self.key = key


jax.tree_util.register_pytree_with_keys(
    Tree, lambda tree: (((tree.key, 1),), tree.key), lambda key, _: Tree(key)
)


@pytest.mark.parametrize(
    ("key", "ours"),
    [
        (DictKey("a"), "a"),
        (DictKey(3), 3),
        (DictKey((1, 2)), "(1, 2)"),
        (SequenceKey(4), 4),
        (GetAttrKey("name"), "name"),
        (FlattenedIndexKey(5), 5),
        ("own", "own"),
    ],
)
def test_keys_of_jax_become_ours(key, ours):
    from ramie.graph.extend import kind_of

    ((found, _),), _ = kind_of(Tree(key)).flatten(Tree(key))

    assert found == ours

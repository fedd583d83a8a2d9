import random

import jax
import jax.numpy as jnp
import pytest
from jax.tree_util import DictKey, FlattenedIndexKey, GetAttrKey, SequenceKey

from ramie.graph import FlatState, State, merge, split, state, update
from ramie.graph.errors import UnsortableKeyError
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


KEYS = [
    [(1, 2), (1, 1)],
    [1.5, 1],
    [b"b", b"a"],
    [True, "a", 7],
    [(1, 2), "a", 3],
    [frozenset({1}), frozenset({2})],
]


@pytest.mark.parametrize("keys", KEYS, ids=str)
def test_a_dict_may_have_any_keys_that_can_be_compared(keys):
    node = {key: jnp.full(2, float(n)) for n, key in enumerate(keys)}

    update(node, {key: node[key] + 1 for key in keys})

    assert list(merge(*split(node))) == keys
    assert list(state(node)) == sort_keys(keys)
    assert [state(node)[key][0] for key in keys] == [n + 1.0 for n in range(len(keys))]


@pytest.mark.parametrize("keys", KEYS, ids=str)
def test_paths_with_such_keys_have_the_same_order(keys):
    flat = FlatState([((key,), None) for key in keys], sort=True)

    assert flat.paths == tuple((key,) for key in sort_keys(keys))


def test_a_pytree_of_contents_may_have_such_keys():
    node = [{(1, 2): jnp.ones(2)}]

    update(node, [{(1, 2): jnp.zeros(2)}])

    assert node[0][1, 2].tolist() == [0.0, 0.0]


UNSORTABLE = [1j, 2j, "a"]


@pytest.mark.parametrize(
    ("keys", "name"), [(UNSORTABLE, "complex"), ([None], "NoneType")]
)
def test_keys_without_an_order_are_refused(keys, name):
    with pytest.raises(UnsortableKeyError, match=rf"of type builtins\.{name}\. .* str"):
        split({key: jnp.ones(1) for key in keys})


def test_the_error_for_a_state_names_the_path():
    nested = State({"x": {"y": dict.fromkeys(UNSORTABLE, 1)}})

    with pytest.raises(UnsortableKeyError, match="mapping at x/y have no order"):
        nested.flat_state()


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
        (DictKey((1, 2)), (1, 2)),
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


def test_the_middle_of_a_very_long_path_is_left_out():
    shown = show_path(range(1000))
    assert shown.startswith("0/1/2/")
    assert "11/…976 keys…/988" in shown
    assert shown.endswith("/999")

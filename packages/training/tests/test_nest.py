import jax
from hypothesis import given
from hypothesis import strategies as st

from ramie.training._nest import nest, pick, sortable

keys = st.one_of(st.integers(0, 3), st.sampled_from("abc"))
paths = st.lists(st.tuples(keys, keys), unique=True, min_size=1)


@given(paths)
def test_what_is_nested_can_be_picked(found):
    names = sortable(found)
    values = list(range(len(found)))

    tree = nest(names, values)

    assert pick(tree, names) == values


@given(paths)
def test_nested_dicts_can_be_sorted_by_jax(found):
    tree = nest(sortable(found), range(len(found)))

    assert len(jax.tree.leaves(tree)) == len(found)


def test_paths_of_one_key_type_a_level_stay_as_they_are():
    found = [("layers", 0, "w"), ("layers", 1, "w"), ("scale",)]

    assert sortable(found) == found


def test_only_mixed_levels_are_spelled():
    found = [(0, 1), ("head", 1)]

    assert sortable(found) == [("[0]", 1), ("head", 1)]

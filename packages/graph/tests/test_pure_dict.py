import jax.numpy as jnp
import pytest

from ramie.graph import State, replace_by_pure_dict, state, to_pure_dict
from ramie.graph.errors import StateMismatchError

from .kinds import Box, Cell


def sample():
    return State({"layers": {0: {"w": Cell(jnp.ones(2), note="n")}, 1: jnp.ones(1)}})


def test_a_pure_dict_holds_contents_only():
    leaves = sample()

    pure = to_pure_dict(leaves)

    assert type(pure["layers"]) is dict
    assert pure["layers"][0]["w"] is leaves.layers[0].w.content
    assert pure["layers"][1] is leaves.layers[1]


def test_a_function_may_take_something_else():
    pure = to_pure_dict(sample(), lambda leaf: type(leaf).__name__)

    assert pure == {"layers": {0: {"w": "Cell"}, 1: "ArrayImpl"}}


def test_replacing_makes_new_cells_of_the_same_sort():
    leaves = sample()
    old = leaves.layers[0].w

    replace_by_pure_dict(leaves, {"layers": {0: {"w": jnp.zeros(2)}}})

    new = leaves.layers[0].w
    assert new is not old
    assert (type(new), new.metadata) == (Cell, {"note": "n"})
    assert new.content.tolist() == [0.0, 0.0]
    assert old.content.tolist() == [1.0, 1.0]


def test_a_round_trip_changes_no_content():
    root = Box(a=[Cell(jnp.ones(2))], b=jnp.zeros(1))
    leaves = state(root)
    before = to_pure_dict(leaves)

    replace_by_pure_dict(leaves, before)

    assert to_pure_dict(leaves)["a"][0] is before["a"][0]
    assert leaves.b is root.b


def test_int_keys_that_became_text_are_recognised():
    leaves = sample()

    replace_by_pure_dict(leaves, {"layers": {"1": jnp.zeros(1)}})

    assert leaves.layers[1].tolist() == [0.0]
    assert list(leaves.layers) == [0, 1]


def test_a_text_key_that_exists_is_not_taken_for_an_int():
    leaves = State({"0": jnp.ones(1), 0: jnp.ones(1)})

    replace_by_pure_dict(leaves, {"0": jnp.zeros(1)})

    assert leaves["0"].tolist() == [0.0]
    assert leaves[0].tolist() == [1.0]


def test_a_function_may_make_the_new_leaf():
    leaves = State({"a": 1})

    replace_by_pure_dict(leaves, {"a": 2}, lambda old, new: (old, new))

    assert leaves.a == (1, 2)


def test_all_or_nothing_is_replaced():
    leaves = sample()
    before = to_pure_dict(leaves)

    with pytest.raises(StateMismatchError) as info:
        replace_by_pure_dict(
            leaves,
            {
                "layers": {0: {"w": jnp.ones(3)}, "1": jnp.zeros(1), "x": 1},
                "other": {"deep": 1},
            },
        )

    assert info.value.action == "replace_by_pure_dict()"
    assert info.value.shapes == {("layers", 0, "w"): ((2,), (3,))}
    assert set(info.value.unexpected) == {("layers", "x"), ("other",)}
    assert to_pure_dict(leaves)["layers"][1] is before["layers"][1]


def test_a_leaf_where_a_branch_is_has_no_place():
    with pytest.raises(StateMismatchError, match=r"unexpected \(1\): layers"):
        replace_by_pure_dict(sample(), {"layers": 1})

import jax
import jax.numpy as jnp

from ramie.linen import Partitioned
from ramie.linen.core import meta

BOX = Partitioned(jnp.ones(2), ("x",))
TREE = {"a": BOX, "b": 3, "c": [None, jnp.ones(1)]}


def test_boxes_are_found_in_a_tree():
    named = meta.map_axis_meta(lambda box: box.names, TREE)

    assert named["a"] == ("x",)
    assert named["b"] == 3
    assert meta.is_axis_metadata(BOX)
    assert not meta.is_axis_metadata(TREE)


def test_unboxing_takes_all_boxes_away():
    nested = Partitioned({"inner": BOX}, ())

    assert meta.unbox(TREE)["a"] is BOX.value
    assert meta.unbox(nested)["inner"] is BOX.value
    assert meta.unbox(3) == 3


def test_new_values_go_into_the_old_boxes():
    values = {"a": 1, "b": 2, "c": [None, 4]}

    assert meta.replace_boxed(TREE, values) == {
        "a": Partitioned(1, ("x",)),
        "b": 2,
        "c": [None, 4],
    }
    assert meta.replace_boxed(jnp.ones(2), (1, 2)) == (1, 2)
    nested = Partitioned({"inner": BOX}, ())
    assert meta.replace_boxed(nested, {"inner": 1}).value == {
        "inner": BOX.replace(value=1)
    }


def test_axes_come_and_go_in_all_boxes():
    params = {meta.PARTITION_NAME: "layers"}

    added = meta.add_axis(TREE, 0, params)

    assert added["a"].names == ("layers", "x")
    assert meta.remove_axis(added, 0, params)["a"].names == ("x",)


def test_a_box_is_a_node_around_its_value():
    assert jax.tree.leaves(BOX) == [BOX.value]
    assert jax.tree.structure(BOX) != jax.tree.structure(BOX.replace(names=("y",)))

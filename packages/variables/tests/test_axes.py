import jax
import jax.numpy as jnp
import pytest
from jax.sharding import AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

from ramie.variables import (
    PARTITION_NAME,
    Param,
    add_axis,
    remove_axis,
    use_eager_sharding,
)
from ramie.variables.errors import AxisNameMismatchError, MissingPartitionNameError

LAYERS = {PARTITION_NAME: "layers"}


@pytest.fixture(autouse=True)
def _not_eager():
    with use_eager_sharding(False):
        yield


def param(names=("a", "b"), **metadata):
    return Param(jnp.ones((2, 3)), out_sharding=names, **metadata)


@pytest.mark.parametrize(
    ("names", "index", "after"),
    [
        (("a", "b"), 0, ("layers", "a", "b")),
        (("a", "b"), 1, ("a", "layers", "b")),
        (("a", "b"), 2, ("a", "b", "layers")),
        (("a", "b"), 4, ("a", "b", None, None, "layers")),
        (("a", "b"), -1, ("a", "b", "layers")),
        (("a", "b"), -3, ("layers", "a", "b")),
        (("a", "b"), -9, ("layers", "a", "b")),
        ((), 0, ("layers",)),
        (["a"], 0, ("layers", "a")),
        (P("a"), 1, P("a", "layers")),
        (P("a", unreduced={"m"}), 0, P("layers", "a", unreduced={"m"})),
    ],
)
def test_a_name_is_inserted_where_the_axis_is(names, index, after):
    variable = param(names)

    result = add_axis({"v": variable}, index, LAYERS)

    assert result["v"] is variable
    assert variable.out_sharding == after


@pytest.mark.parametrize(
    ("names", "index", "after"),
    [
        (("layers", "a"), 0, ("a",)),
        (("a", "layers", "b"), 1, ("a", "b")),
        (("a", "layers"), -1, ("a",)),
        (P("layers", "a"), 0, P("a")),
    ],
)
def test_a_name_is_removed_where_the_axis_was(names, index, after):
    assert remove_axis(param(names), index, LAYERS).out_sharding == after


@pytest.mark.parametrize("index", [0, 1, 2, -1, -2, -3])
def test_removing_undoes_adding(index):
    variable = param()

    remove_axis(add_axis(variable, index, LAYERS), index, LAYERS)

    assert variable.out_sharding == ("a", "b")


def test_an_axis_can_have_no_name():
    variable = param()

    add_axis(variable, 0, {PARTITION_NAME: None})
    assert variable.out_sharding == (None, "a", "b")

    remove_axis(variable, 0, {PARTITION_NAME: None})
    assert variable.out_sharding == ("a", "b")


@pytest.mark.parametrize("index", [2, 5, -4, -5])
def test_dimensions_beyond_the_names_have_none(index):
    variable = param(("a", "b"))

    remove_axis(variable, index, {PARTITION_NAME: None})

    assert variable.out_sharding == ("a", "b")


def test_a_named_sharding_is_renamed_on_its_mesh():
    kinds = (AxisType.Auto, AxisType.Auto)
    mesh = jax.make_mesh((4, 2), ("layers", "model"), axis_types=kinds)

    variable = add_axis(param(NamedSharding(mesh, P("model"))), 0, LAYERS)

    assert variable.out_sharding == NamedSharding(mesh, P("layers", "model"))


def test_variables_without_names_have_none_after():
    variable = Param(jnp.ones(2))

    add_axis([variable, param(None)], 0, LAYERS)

    assert not variable.has_metadata("out_sharding")


def test_a_shared_variable_is_renamed_once():
    variable = param()

    add_axis([variable, {"again": variable}], 0, LAYERS)

    assert variable.out_sharding == ("layers", "a", "b")


def test_other_metadata_follows_under_its_own_name():
    variable = param(nick=("x", "y"), size=3, other=("z",))
    transform_metadata = {**LAYERS, "nick": "n", "size": "s", "absent": "q"}

    add_axis(variable, 1, transform_metadata)

    assert variable.nick == ("x", "n", "y")
    assert (variable.size, variable.other) == (3, ("z",))
    assert not variable.has_metadata("absent")


def test_hooks_see_the_new_names():
    seen = []

    def hook(variable, index, name):
        seen.append((variable.get_metadata("out_sharding"), index, name))

    variable = param(on_add_axis=hook, on_remove_axis=hook)

    add_axis(variable, 0, LAYERS)
    remove_axis(variable, 0, LAYERS)

    added = (("layers", "a", "b"), 0, "layers")
    assert seen == [added, (("a", "b"), 0, "layers")]


@pytest.mark.parametrize("follow", [add_axis, remove_axis])
def test_an_axis_needs_a_name(follow):
    variable = param()

    with pytest.raises(MissingPartitionNameError, match="PARTITION_NAME"):
        follow(variable, 0, {"nick": "n"})

    assert variable.out_sharding == ("a", "b")


@pytest.mark.parametrize("index", [1, -1, 2, -9])
def test_another_name_is_not_removed(index):
    first, second = param(("layers", "layers")), param(("layers", "a"))

    with pytest.raises(AxisNameMismatchError) as caught:
        remove_axis([first, second], index, LAYERS)

    assert (caught.value.name, caught.value.index) == ("layers", index)
    assert first.out_sharding == ("layers", "layers")

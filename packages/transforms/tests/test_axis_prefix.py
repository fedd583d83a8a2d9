import jax
import jax.numpy as jnp
import pytest

from ramie.graph import State
from ramie.graph.extend import from_jax_key
from ramie.module import Module
from ramie.transforms import Carry, StateAxes, scan, vmap
from ramie.transforms._axis_prefix import axes_in, axis_at, fit
from ramie.transforms.errors import AxesPrefixError
from ramie.variables import BatchStat, Param, Variable


class Net(Module):
    def __init__(self, w, mean):
        self.w = w
        self.mean = mean


def at(prefix, *path, leaf=None):
    return axis_at(prefix, path, leaf, "in_axes", ("argument 0", *path))


def axes_of(prefix, tree):
    """The axis of each leaf of an argument."""
    fit(prefix, tree, "in_axes", ("argument 0",))
    paths = [path for path, _ in jax.tree_util.tree_flatten_with_path(tree)[0]]
    return [at(prefix, *map(from_jax_key, path)) for path in paths]


class ByPath:
    """A filter map of somebody else."""

    axes = (0, 1)

    def map_prefix(self, path, _variable):
        return 1 if path == ("mean",) else 0


@pytest.mark.parametrize("axis", [0, -1, None, Carry])
def test_an_axis_stands_for_all_that_is_below(axis):
    assert at(axis, "a", "b") is axis
    assert list(axes_in(axis)) == [axis]


@pytest.mark.parametrize(
    "prefix",
    [
        {"a": (None, 1)},
        {"a": [None, 1]},
        State({"a": {0: None, 1: 1}}),
        {"a": (None, Variable(1))},
    ],
    ids=["tuple", "list", "State", "Variable"],
)
def test_a_container_of_prefixes_is_followed_along_the_path(prefix):
    assert at(prefix, "a", 1, "w") == 1
    assert at(prefix, "a", 0) is None
    assert list(axes_in(prefix)) == [None, 1]


def test_a_module_of_axes_is_a_prefix():
    prefix = Net(w=0, mean=StateAxes({Param: None, ...: 1}))

    assert at(prefix, "w") == 0
    assert at(prefix, "mean", leaf=BatchStat(0.0)) == 1
    assert set(axes_in(prefix)) == {0, None, 1}


def test_whatever_has_map_prefix_is_asked_for_the_path_from_there():
    prefix = {"net": ByPath()}

    assert (at(prefix, "net", "mean"), at(prefix, "net", "w")) == (1, 0)
    assert list(axes_in(prefix)) == [0, 1]


@pytest.mark.parametrize(
    ("prefix", "path", "why"),
    [
        (True, ("w",), "has nothing for it: True"),
        ({"b": 0}, ("a",), "has nothing for it: dict"),
        ((0, 0), (2,), "has nothing for it: tuple"),
        ({"a": {"w": 0}}, ("a",), "in_axes has dict for it"),
        ("0", (), "in_axes has '0' for it"),
        (StateAxes({Param: 0}), ("w",), "no filter"),
    ],
)
def test_a_prefix_that_does_not_fit_is_refused_with_the_place(prefix, path, why):
    with pytest.raises(AxesPrefixError, match=why) as caught:
        at(prefix, *path)

    assert caught.value.where.startswith("argument 0")


@pytest.mark.parametrize(
    ("prefix", "tree", "axes"),
    [
        (0, (1, 2), [0, 0]),
        ((0, None), [1, {"a": 1}], [0, None]),
        ({"a": (0, 1)}, {"a": (1, 2)}, [0, 1]),
        ({"a": 0}, State({"a": {"b": 1, "c": 2}}), [0, 0]),
        (StateAxes({...: 0}), (1, 2), [0, 0]),
    ],
)
def test_a_prefix_fits_what_has_its_items(prefix, tree, axes):
    assert axes_of(prefix, tree) == axes


@pytest.mark.parametrize(
    ("prefix", "tree", "why"),
    [
        ((0, 1), "no container", "argument 0: in_axes has tuple for it"),
        ({"a": (0, 1)}, {"a": (1, 2), "b": 3}, "argument 0 at b: in_axes has nothing"),
        ({"a": 0}, State({"b": 1}), "argument 0 at b: in_axes has nothing"),
    ],
)
def test_only_a_leaf_for_which_there_is_nothing_is_refused(prefix, tree, why):
    with pytest.raises(AxesPrefixError, match=why):
        axes_of(prefix, tree)


@pytest.mark.parametrize(
    ("prefix", "tree", "why"),
    [
        ((0, 0, 0), (1, 2), "argument 0: in_axes has 3 entries for 2 items"),
        ((0, [0]), (1, (2, 3)), "argument 0 at 1: in_axes has 1 entries for 2"),
        ({"a": 0, "c": 0}, {"a": 1}, "argument 0: in_axes has 'c', which is not there"),
        ({"a": (0,)}, {"a": ()}, "argument 0 at a: in_axes has 1 entries for 0"),
    ],
)
def test_a_prefix_for_more_or_less_than_there_is_is_refused(prefix, tree, why):
    with pytest.raises(AxesPrefixError, match=why):
        fit(prefix, tree, "in_axes", ("argument 0",))


def test_a_transform_refuses_what_jax_does():
    pair = jnp.ones(3), jnp.ones(3)

    with pytest.raises(AxesPrefixError, match="argument 0: in_axes has 3 entries"):
        vmap(lambda pair: pair, in_axes=((0, None, 0),))(pair)
    with pytest.raises(AxesPrefixError, match="returned value: out_axes has 3 entries"):
        vmap(lambda *pair: pair, out_axes=(0, 0, 0))(*pair)
    with pytest.raises(AxesPrefixError, match="returned value at 1: out_axes has 1"):
        scan(lambda c, x: (c, (x, x)), out_axes=(Carry, (0,)))(0.0, pair[0])


@pytest.mark.parametrize("axis", [2, -3])
def test_an_axis_that_the_result_cannot_have_is_refused(axis):
    message = f"returned value at b: axis {axis} is none of the 2"

    with pytest.raises(AxesPrefixError, match=message):
        vmap(lambda x: {"b": x}, out_axes=axis)(jnp.ones((3, 2)))
    with pytest.raises(AxesPrefixError, match=message):
        scan(lambda x: {"b": x}, in_axes=0, out_axes=axis)(jnp.ones((3, 2)))

import jax.numpy as jnp
import pytest

from ramie.graph import PathContains
from ramie.module import Module
from ramie.transforms import Carry, StateAxes
from ramie.transforms._axes import resolve
from ramie.transforms._crossing import Crossing
from ramie.transforms.errors import AxesPrefixError, PrefixAliasingError
from ramie.variables import BatchStat, Param


class Net(Module):
    def __init__(self, w=None, mean=None):
        self.w = Param(jnp.ones(3)) if w is None else w
        self.mean = BatchStat(jnp.zeros(3)) if mean is None else mean


def axes_of(in_axes, *args, **kwargs):
    inputs = resolve(Crossing(args, kwargs), in_axes)
    return dict(zip(inputs.places, inputs.axes, strict=True))


def test_every_leaf_of_every_argument_gets_an_axis():
    net, loose = Net(), Param(jnp.ones(2))
    axes = (StateAxes({Param: 0, ...: None}), {"x": 1, "loose": -1}, 0)

    found = axes_of(axes, net, {"x": jnp.ones((1, 2)), "loose": loose}, ())

    assert found == {
        ("argument 0", "mean"): None,
        ("argument 0", "w"): 0,
        ("argument 1", "loose"): -1,
        ("argument 1", "x"): 1,
    }


def test_keyword_arguments_have_axis_0():
    assert axes_of(1, jnp.ones((1, 2)), x=jnp.ones(2)) == {
        ("argument 0",): 1,
        ("argument x",): 0,
    }


def test_there_is_one_prefix_for_each_positional_argument():
    with pytest.raises(AxesPrefixError, match="3 entries for 2 positional"):
        axes_of((0, 0, 0), 1.0, 2.0)


@pytest.mark.parametrize(
    ("axes", "other"), [((0, None), None), ((0, 1), 1), ((Carry, 0), 0)]
)
def test_one_variable_cannot_have_two_axes(axes, other):
    w = Param(jnp.ones((3, 3)))

    with pytest.raises(
        PrefixAliasingError, match="argument 0 at w and argument 1 at w"
    ):
        axes_of(axes, Net(w), Net(w))
    with pytest.raises(PrefixAliasingError) as caught:
        axes_of(axes, w, w)
    assert (caught.value.where, caught.value.other) == ("argument 0", "argument 1")
    assert caught.value.other_prefix is other


@pytest.mark.parametrize("share", ["w", "part"])
def test_one_variable_of_a_module_cannot_have_two_axes(share):
    net = Net()
    net.part, net.array = Net(), net.w.value
    net.again = getattr(net, share)
    axes = StateAxes({PathContains("again"): None, ...: 0})

    with pytest.raises(PrefixAliasingError, match="argument 0 at again") as caught:
        axes_of((axes,), net)
    assert {caught.value.prefix, caught.value.other_prefix} == {0, None}
    assert len(axes_of((StateAxes({Param: 0, ...: None}),), net)) == 5


def test_two_ways_to_say_one_axis_agree():
    w = Param(jnp.ones((2, 3)))

    assert axes_of((1, -1), w, w) == {("argument 0",): 1}
    with pytest.raises(PrefixAliasingError):
        axes_of((0, -1), w, w)

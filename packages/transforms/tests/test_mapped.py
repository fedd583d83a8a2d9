import jax.numpy as jnp
import pytest

from ramie.transforms import Carry, StateAxes
from ramie.transforms._mapped import Mapped, known_axes
from ramie.transforms.errors import AxesPrefixError
from ramie.variables import Param, Variable


def test_outputs_travel_by_axis_and_come_back_in_order():
    model = {"w": Param(jnp.ones((2, 2))), "n": Variable(jnp.zeros(2))}

    def fun(model, x):
        model["n"] += 1
        return {"b": x, "a": x + 1}, model["w"]

    axes = ({"w": 1, "n": None}, 0)
    call = Mapped(fun, (model, jnp.arange(2.0)), {}, axes, ({"a": 0, "b": None}, 1))
    by_axis, note = call.body.run(call.flat).sort()
    out, w = call.finish(by_axis, note)

    assert {axis: len(leaves) for axis, leaves in by_axis.items()} == {0: 1, None: 2}
    assert (out["a"].tolist(), out["b"].tolist()) == ([1.0, 2.0], [0.0, 1.0])
    assert w is model["w"]
    assert model["n"].value.tolist() == [1.0, 1.0]


def test_there_is_a_list_for_every_axis_that_there_may_be():
    call = Mapped(lambda x: x, (jnp.ones(2),), {}, 0, 1)

    lists, _ = call.body.by_axis(call.flat, (0, 1, None))

    assert [len(each) for each in lists] == [0, 1, 0]


def test_known_axes_are_those_of_all_prefixes_and_0():
    assert known_axes(1, {"a": StateAxes({Param: 2, ...: None})}) == (0, 1, 2, None)
    with pytest.raises(AxesPrefixError, match="only scan"):
        known_axes(0, StateAxes({...: Carry}))

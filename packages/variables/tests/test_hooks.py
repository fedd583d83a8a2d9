import copy
import pickle

import cloudpickle
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import clone, graphdef, merge, split, update
from ramie.variables import Param, Variable
from ramie.variables.errors import HookTypeError, UnknownHookError


def add_one(_, value):
    return value + 1.0


def double(_, value):
    return value * 2.0


def boom(_, value):
    raise RuntimeError("boom")


class Spy:
    """A hook that remembers what it is called with."""

    def __init__(self):
        self.calls = []

    def __call__(self, variable, *facts):
        self.calls.append((variable.type, *facts))
        return facts[0]


class WithMethods(Param):
    """A Variable whose hooks are methods."""

    def on_create_value(self, value):
        return value + 1.0

    def on_get_value(self, value):
        return value * 10.0

    def on_set_value(self, value):
        return value - 1.0


EARLY = {
    "on_create_value": "create_value_hooks",
    "on_get_value": "get_value_hooks",
    "on_set_value": "set_value_hooks",
    "on_add_axis": "add_axis_hooks",
    "on_remove_axis": "remove_axis_hooks",
}


def test_a_create_hook_sees_the_first_value():
    v = Param(1.0, on_create_value=[add_one, double])

    assert v.get_raw_value() == 4.0
    v.value = 1.0
    assert v.get_raw_value() == 1.0


def test_a_get_hook_sees_every_read():
    v = Param(jnp.array([1.0, 2.0]), on_get_value=[add_one, double])

    assert v.value.tolist() == [4.0, 6.0]
    assert v[...].tolist() == [4.0, 6.0]
    assert v.get_value().tolist() == [4.0, 6.0]
    assert (v + 0.0).tolist() == [4.0, 6.0]
    assert jnp.add(v, 0.0).tolist() == [4.0, 6.0]
    assert np.asarray(v).tolist() == [4.0, 6.0]
    assert v.sum().item() == 10.0
    assert v.get_raw_value().tolist() == [1.0, 2.0]


def test_a_hook_sees_the_part_that_is_read_or_written():
    get, put = Spy(), Spy()
    v = Param(jnp.zeros(2), on_get_value=get, on_set_value=put)

    v[0] = 5.0
    part = v[1]

    assert put.calls == [(Param, 5.0)]
    assert get.calls == [(Param, part)]
    assert v.get_raw_value().tolist() == [5.0, 0.0]


@pytest.mark.parametrize(
    "write",
    [
        lambda v, x: v.set_value(x),
        lambda v, x: setattr(v, "value", x),
        lambda v, x: v.__setitem__(..., x),
    ],
)
def test_a_set_hook_sees_what_is_written(write):
    v = Param(0.0, on_set_value=[add_one, double])

    write(v, 1.0)

    assert v.get_raw_value() == 4.0


def test_raw_writes_and_copies_pass_hooks_by():
    hooks = dict.fromkeys(["on_create_value", "on_get_value", "on_set_value"], boom)
    v = Param.from_metadata(0.0, {name: (hook,) for name, hook in hooks.items()})

    v.set_raw_value(1.0)
    twin = v.replace(2.0)
    twin.copy_from(v)
    twin.update_from_state(v)

    assert (v.raw_value, twin.raw_value) == (1.0, 1.0)


def test_a_hook_that_raises_leaves_everything_and_is_named():
    v = Param(1.0, on_set_value=[add_one, boom])

    with pytest.raises(RuntimeError, match="boom") as caught:
        v.value = 2.0

    assert v.get_raw_value() == 1.0
    assert "boom, a hook for on_set_value of a Param" in caught.value.__notes__[0]


def test_axis_hooks_are_told_of_the_axis():
    add, remove = Spy(), Spy()
    v = Param(1.0, on_add_axis=add, on_remove_axis=[remove])

    v.add_axis(0, "layers")
    v.remove_axis(1, None)

    assert add.calls == [(Param, 0, "layers")]
    assert remove.calls == [(Param, 1, None)]


def test_without_axis_hooks_nothing_happens():
    v = Param(1.0)

    v.add_axis(0, "layers")
    v.remove_axis(0, "layers")

    assert v.get_metadata() == {}


def test_an_axis_hook_that_raises_is_named():
    with pytest.raises(RuntimeError) as caught:
        Param(1.0, on_add_axis=lambda *_: boom(None, 1)).add_axis(0, "x")

    assert "a hook for on_add_axis of a Param" in caught.value.__notes__[0]


@pytest.mark.parametrize(("today", "early"), EARLY.items())
def test_early_names_mean_the_same(today, early):
    one, other = Param(1.0, **{today: add_one}), Param(1.0, **{early: [add_one]})

    assert one.get_metadata() == other.get_metadata() == {today: (add_one,)}
    assert graphdef(one) is graphdef(other)


def test_both_spellings_run_in_the_order_given():
    v = Param(1.0, get_value_hooks=double, on_get_value=add_one)

    assert v.value == 3.0


@pytest.mark.parametrize("none", [(), []])
def test_no_hooks_are_no_metadata(none):
    assert Param(1.0, on_get_value=none).get_metadata() == {}


@pytest.mark.parametrize(
    "name", ["on_foo_value", "set_values_hooks", "on_add_axis_axis"]
)
def test_a_name_that_looks_like_a_hook_is_refused(name):
    v = Param(1.0)

    with pytest.raises(UnknownHookError, match=rf"'{name}' is no hook of a Param"):
        Param(1.0, **{name: add_one})
    with pytest.raises(UnknownHookError):
        v.set_metadata(name, add_one)
    assert v.get_metadata() == {}


class Unhashable:
    __hash__ = None

    def __call__(self, _, value):
        return value


@pytest.mark.parametrize("hook", [3, [3], None, "name", [Unhashable()], Unhashable()])
def test_what_cannot_be_a_hook_is_refused(hook):
    with pytest.raises(HookTypeError, match=r"on_get_value of a Param was given a"):
        Param(1.0, on_get_value=hook)


def test_methods_of_a_subclass_are_hooks():
    v = WithMethods(1.0)

    assert v.get_raw_value() == 2.0
    assert v.value == 20.0
    v.value = 5.0
    assert v.get_raw_value() == 4.0
    assert v.get_metadata() == {}


def test_metadata_goes_before_a_method():
    v = WithMethods(1.0, on_get_value=add_one)

    assert v.value == 3.0
    v.del_metadata("on_get_value")
    assert v.value == 20.0


def test_a_subclass_may_override_how_values_are_made_read_and_written():
    class Scaled(Param):
        def create_value(self, value):
            return value / 10.0

        def get_value(self, **kwargs):
            return super().get_value(**kwargs) * 10.0

        def set_value(self, value, **kwargs):
            super().set_value(value / 10.0, **kwargs)

    v = Scaled(jnp.array([10.0, 20.0]))

    assert v.get_raw_value().tolist() == [1.0, 2.0]
    assert v.value.tolist() == (v + 0.0).tolist() == v[...].tolist() == [10.0, 20.0]
    v[0] = 50.0
    v.value = v.value
    assert v.get_raw_value().tolist() == [5.0, 2.0]


TRAVELS = {
    "clone": clone,
    "split and merge": lambda v: merge(*split(v), copy=True),
    "copy": lambda v: v.copy(),
    "deepcopy": copy.deepcopy,
    "pickle": lambda v: pickle.loads(pickle.dumps(v)),
    "tree map": lambda v: jax.tree.map(lambda x: x, v),
    "jit": jax.jit(lambda v: v),
}


@pytest.mark.parametrize("travel", TRAVELS)
@pytest.mark.parametrize("make", [WithMethods, lambda x: Param(x, on_get_value=double)])
def test_hooks_travel_and_do_not_run_on_the_way(travel, make):
    v = make(jnp.array(1.0))

    twin = TRAVELS[travel](v)

    assert twin is not v
    assert twin.get_raw_value() == v.get_raw_value()
    assert twin.value == v.value


def test_an_update_passes_hooks_by():
    v = Param(jnp.array(1.0), on_set_value=boom, on_get_value=double)

    update(v, jnp.array(3.0))

    assert v.get_raw_value() == 3.0


def test_hooks_run_inside_a_trace():
    v = Param(jnp.array(2.0), on_get_value=double)

    assert jax.jit(lambda v: v * 1.0)(v) == 4.0
    assert jax.grad(lambda v: v * 3.0)(v).get_raw_value() == 6.0


def test_set_metadata_changes_the_hooks():
    v = Param(1.0)

    v.set_metadata(on_get_value=[add_one])
    assert v.value == 2.0
    v.set_metadata(on_get_value=())
    assert v.value == 2.0
    v.del_metadata("on_get_value")
    assert v.value == 1.0


def test_hooks_are_structure():
    one, other = Variable(1.0, on_get_value=add_one), Variable(1.0, on_get_value=double)

    assert graphdef(one) is not graphdef(other)


def test_a_hook_without_a_name_travels_by_cloudpickle():
    v = Param(1.0, on_get_value=lambda _, value: value + 1.0)

    twin = pickle.loads(cloudpickle.dumps(v))

    assert twin.value == 2.0

import functools
import inspect

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import State, to_pure_dict
from ramie.module import Dict, Module, capture
from ramie.module.errors import CaptureError
from ramie.variables import Cache, Intermediate, Perturbation

from .sowing import NET, Layer, Net, call

# ── what is called, and what comes back


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda net: capture(net, Intermediate), NET),
        (lambda net: functools.partial(capture(call, Intermediate), net), NET),
        (lambda net: functools.partial(capture(Intermediate)(call), net), NET),
        (lambda net: capture(net.encode, Intermediate), {"first": {"h": (1,)}}),
        (
            lambda net: functools.partial(capture(Net.encode, Intermediate), net),
            {"first": {"h": (1,)}},
        ),
        (lambda net: capture(functools.partial(call, net), Intermediate), {}),
    ],
    ids=["module", "function", "decorator", "bound", "unbound", "closed over"],
)
def test_what_is_recorded_comes_back_by_path_and_name(make, expected):
    net = Net()

    with_warning = expected == {}
    if with_warning:
        with pytest.warns(DeprecationWarning, match="outside of capture"):
            y, state = make(net)(1)
    else:
        y, state = make(net)(1)

    assert y == (2 if expected != NET and not with_warning else 16)
    assert isinstance(state, State)
    assert to_pure_dict(state) == expected


def test_each_type_has_its_state_in_the_order_they_are_named():
    def f(net):
        net.sow(Cache, "c", 1)
        net.sow(Intermediate, "h", 2)
        return 3

    y, hs, cs, ps = capture(f, Intermediate, Cache, Perturbation)(Module())

    assert y == 3
    assert type(hs["h"]) is Intermediate
    assert type(cs["c"]) is Cache
    assert to_pure_dict(ps) == {}


def test_without_types_the_result_comes_back_alone():
    assert capture(Net())(1) == 16


def test_a_decorator_takes_several_types_and_options():
    @capture(Intermediate, Cache, method_outputs=Cache)
    def forward(net, x):
        """Go."""
        return net(x)

    _, hs, cs = forward(Net(), jnp.ones(()))

    assert forward.__name__ == "forward"
    assert hs["first"]["h"].value[0].item() == 1
    assert cs["__call__"].value[0].item() == 16


def test_what_comes_back_looks_like_what_was_captured():
    assert inspect.signature(capture(Net())) == inspect.signature(Net())
    assert capture(Net().encode).__name__ == "encode"
    assert vars(capture(Net())).keys() == {"__wrapped__"}


def test_a_shared_module_records_by_its_first_path():
    layer = Layer()

    _, state = capture(lambda layers, x: layers["b"](layers["a"](x)), Intermediate)(
        {"b": layer, "a": layer}, 1
    )

    assert to_pure_dict(state) == {"a": {"h": (1, 2)}}


def test_modules_in_other_arguments_record_below_the_name_of_the_parameter():
    def f(one, two, *more, last):
        last(more[1][0](two(one(1))))

    _, state = capture(f, Intermediate)(Layer(), Layer(), 0, [Layer()], last=Layer())

    assert to_pure_dict(state) == {
        "h": (1,),
        "two": {"h": (2,)},
        "more": {1: {0: {"h": (4,)}}},
        "last": {"h": (8,)},
    }


def test_arguments_of_a_module_record_below_their_names_too():
    class Outer(Module):
        def __call__(self, inner):
            inner(1)

    _, state = capture(Outer(), Intermediate)(Layer())

    assert to_pure_dict(state) == {"inner": {"h": (1,)}}


def test_a_function_without_a_signature_can_be_captured():
    assert capture(max, Intermediate)(1, 2) == (2, State({}))


def test_two_modules_with_one_path_are_refused():
    def f(net, first):
        return net

    with pytest.raises(CaptureError, match=r"path first.*parameter 'first'"):
        capture(f, Intermediate)(Net(), Layer())


def test_a_call_with_wrong_arguments_fails_as_it_would_uncaptured():
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        capture(call, Intermediate)(Net())


def test_a_module_that_is_made_during_the_call_is_not_captured():
    def f(net):
        net.new = Layer()
        with pytest.warns(DeprecationWarning, match="outside of capture"):
            net.new(1)

    net = Module()
    _, state = capture(f, Intermediate)(net)

    assert to_pure_dict(state) == {}
    assert net.new.h.value == (1,)


def test_a_dict_subclass_has_no_place_to_record():
    class Named(Dict):
        def __call__(self):
            return self.sow(Intermediate, "h", 1, capture_noop=True)

    assert capture(Named(), Intermediate)() == (False, State({}))


# ── misuse


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((3, Intermediate), "Cannot capture 3"),
        ((Net, Intermediate), "Cannot capture <class"),
        ((Module(), Intermediate), "Pass a module, a function"),
        ((Net(), "intermediates"), "no type of Variables"),
        ((Net(), int), "no type of Variables"),
        ((Intermediate, int), "no type of Variables"),
        ((Net(), Cache, Cache), "given twice"),
    ],
    ids=["int", "class", "not callable", "str", "int type", "decorator", "twice"],
)
def test_misuse_is_refused_at_once(args, said):
    with pytest.raises(CaptureError, match=said):
        capture(*args)


@pytest.mark.parametrize("fn", [Net(), Cache], ids=["module", "decorator"])
def test_outputs_of_a_type_that_is_not_captured_are_refused(fn):
    with pytest.raises(CaptureError, match=r"method_outputs=.*Intermediate"):
        capture(fn, method_outputs=Intermediate)


# ── JAX's own transforms


def test_a_closed_over_model_can_be_captured_inside_a_trace():
    net = Net()

    y, state = jax.jit(capture(net, Intermediate))(1.0)

    assert y.item() == 16.0
    assert state["first"]["h"].value[1].item() == 8.0
    assert type(net) is Net
    assert vars(net.first) == {}


def test_values_come_out_of_grad_and_vmap():
    forward = capture(Net(), Intermediate)

    grad, state = jax.grad(forward, has_aux=True)(1.0)
    _, states = jax.vmap(forward)(jnp.arange(3.0))

    assert grad.item() == 16.0
    assert state["rest"][0]["h"].value[0].item() == 2.0
    assert states["rest"][0]["h"].value[0].tolist() == [0.0, 2.0, 4.0]


def test_hooks_of_a_variable_see_the_value_once():
    seen = []

    class Hooked(Intermediate):
        def __init__(self, value, **metadata):
            seen.append(value)
            super().__init__(value, **metadata)

    capture(lambda net: net.sow(Hooked, "h", 1), Hooked)(Module())

    assert seen == [(1,)]

import jax
import jax.numpy as jnp
import pytest

from ramie.graph.errors import TraceLevelError
from ramie.module import Module, capture, sow
from ramie.module.errors import (
    PerturbationMismatchError,
    SownNameError,
    SownOutOfReachError,
    SownTypeError,
)
from ramie.variables import (
    Cache,
    Intermediate,
    Param,
    Perturbation,
    variable_type_from_name,
)


class Net(Module):
    """Calls a function that is given it."""

    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)

    def __call__(self, f, *args):
        return f(self, *args)


def captured(f, *types, net=None, init=None):
    """What a module records while one of its methods calls `f`."""
    net = Net() if net is None else net
    out, *states = capture(net, *types, init=init)(f)
    found = [
        {path: variable.value for path, variable in state.flat_state()}
        for state in states
    ]
    return out, found[0] if len(found) == 1 else found


# ── the method sow


def test_values_of_one_name_are_kept_in_a_tuple():
    def f(net):
        return net.sow(Intermediate, "h", 1), net.sow(Intermediate, "h", 2)

    assert captured(f, Intermediate) == ((True, True), {("h",): (1, 2)})


def test_a_reduction_says_what_is_kept():
    def f(net):
        for value in (1, 2, 3):
            net.sow(
                Intermediate,
                "sum",
                value,
                reduce_fn=lambda before, new: before + new,
                init_fn=lambda: 10,
            )

    assert captured(f, Intermediate)[1] == {("sum",): 16}


def test_a_type_can_be_named():
    _, found = captured(lambda net: net.sow("intermediates", "h", 1), Intermediate)

    assert found == {("h",): (1,)}


def test_a_new_name_makes_a_type():
    net = Net()

    net.sow("interim", "h", 1, capture_noop=False)
    net.perturb("p", 1.0, "shifts", capture_noop=False)

    interim = variable_type_from_name("interim")
    assert type(net.h) is interim
    assert type(net.p) is variable_type_from_name("shifts")
    assert captured(lambda net: net.sow("interim", "h", 2), interim) == (
        True,
        {("h",): (2,)},
    )


def test_a_type_that_is_not_captured_is_not_recorded():
    class Special(Intermediate):
        pass

    def f(net):
        return net.sow(Special, "h", 1), net.sow(Cache, "h", 1)

    net = Net()

    assert captured(f, Intermediate, net=net) == ((False, False), {})
    assert vars(net) == {}


def test_types_do_not_share_names():
    def f(net):
        net.sow(Intermediate, "h", 1)
        net.sow(Cache, "h", 2)

    assert captured(f, Intermediate, Cache)[1] == [{("h",): (1,)}, {("h",): (2,)}]


def test_a_value_can_have_the_name_of_a_variable_or_a_method():
    def f(net):
        net.sow(Intermediate, "w", 1)
        net.sow(Intermediate, "sow", 2)

    _, found = captured(f, Intermediate, net=Net(w=3))

    assert found == {("w",): (1,), ("sow",): (2,)}


@pytest.mark.parametrize("name", ["inner", "items"])
def test_a_value_cannot_have_the_name_of_what_has_values_below(name):
    net = Net(inner=Net(), items=[1])

    with pytest.raises(SownNameError, match=f"{name!r}.*Choose another") as caught:
        captured(lambda net: net.sow(Intermediate, name, 1), Intermediate, net=net)

    assert (caught.value.type_name, caught.value.name) == ("Net", name)


def test_a_name_is_a_str():
    with pytest.raises(SownNameError, match="a name is a str"):
        captured(lambda net: net.sow(Intermediate, 3, 1), Intermediate)


def test_a_module_closed_over_by_a_transform_is_named():
    def f(net):
        return jax.jit(lambda x: net.inner.sow(Intermediate, "h", x))(1.0)

    with pytest.raises(TraceLevelError, match="Intermediate at inner/h"):
        captured(f, Intermediate, net=Net(inner=Net()))


# ── the method sow, outside of capture


def test_outside_of_capture_values_are_kept_in_an_attribute_with_a_warning():
    net = Net()

    for value in (1, 2):
        with pytest.warns(DeprecationWarning, match="capture_noop=True") as caught:
            assert net.sow(Intermediate, "h", value)

    assert type(net.h) is Intermediate
    assert net.h.value == (1, 2)
    assert caught[0].filename == __file__


def test_keeping_values_in_attributes_can_be_asked_for():
    net = Net()

    assert net.sow(Intermediate, "h", 1, capture_noop=False)
    assert net.h.value == (1,)


def test_doing_nothing_outside_of_capture_can_be_asked_for():
    net = Net()

    assert not net.sow(Intermediate, "h", 1, capture_noop=True)
    assert vars(net) == {}


@pytest.mark.parametrize("value", [Param(1.0), 3], ids=["Param", "int"])
def test_an_attribute_of_another_type_is_not_overwritten(value):
    net = Net(h=value)

    with pytest.raises(SownTypeError, match=f"{type(value).__name__}, not Interm"):
        net.sow(Intermediate, "h", 1, capture_noop=False)

    assert net.h is value


# ── perturb


def test_a_perturbation_is_zero_at_first():
    y, found = captured(lambda net: net.perturb("p", jnp.ones(2)), Perturbation)

    assert y.tolist() == [1.0, 1.0]
    assert found[("p",)].tolist() == [0.0, 0.0]


def test_a_perturbation_is_added_wherever_its_name_is_used():
    _, state = capture(Net(), Perturbation)(lambda net: net.perturb("p", 1.0))
    state["p"].value = jnp.asarray(5.0)

    y = capture(Net(), init=state)(
        lambda net: net.perturb("p", 1.0) * net.perturb("p", 2.0)
    )

    assert y.item() == 42.0


def test_a_pytree_is_perturbed_leaf_by_leaf():
    value = {"a": 1.0, "b": jnp.ones(2)}

    y, found = captured(lambda net: net.perturb("p", value), Perturbation)

    assert y["b"].tolist() == [1.0, 1.0]
    assert found[("p",)]["b"].tolist() == [0.0, 0.0]


def test_without_perturbations_a_value_stays_what_it_is():
    value = jnp.ones(2)

    y, found = captured(lambda net: net.perturb("p", value), Intermediate)

    assert y is value
    assert found == {}


def test_perturbations_can_be_of_another_type():
    assert captured(lambda net: net.perturb("p", 1.0, "cache"), Cache)[1] == {("p",): 0}


def test_a_perturbation_of_another_shape_is_named():
    def f(net):
        net.perturb("p", jnp.ones(2))
        net.perturb("p", jnp.ones(3))

    with pytest.raises(PerturbationMismatchError, match=r"'p' of a Net.*\(2,\)"):
        captured(f, Perturbation)


def test_the_gradient_of_a_perturbation_is_that_of_the_value():
    def f(net):
        return net.perturb("p", 3.0) ** 2

    _, zeros = capture(Net(), Perturbation)(f)

    grads = jax.grad(lambda init: capture(Net(), init=init)(f))(zeros)

    assert grads["p"].value.item() == 6.0


def test_outside_of_capture_a_perturbation_is_an_attribute_with_a_warning():
    net = Net()

    with pytest.warns(DeprecationWarning, match=r"Module.perturb\(\)") as caught:
        net.perturb("p", 1.0)
    net.p.value = jnp.asarray(5.0)

    assert type(net.p) is Perturbation
    assert net.perturb("p", 1.0, capture_noop=False).item() == 6.0
    assert caught[0].filename == __file__


def test_doing_nothing_to_a_value_outside_of_capture_can_be_asked_for():
    net = Net()

    assert net.perturb("p", 1.0, capture_noop=True) == 1.0
    assert vars(net) == {}


def test_a_perturbation_does_not_overwrite_an_attribute_of_another_type():
    with pytest.raises(SownTypeError, match="'p'"):
        Net(p=3).perturb("p", 1.0, capture_noop=False)


# ── the function sow


def test_the_function_does_nothing_outside_of_capture():
    assert not sow(1, "h")


def test_the_function_records_for_the_module_whose_method_runs():
    net = Net(inner=Net())

    def f(net):
        sow(1, "h")
        net.inner(lambda _: sow(2, "h"))
        return sow(3, "h")

    out, found = captured(f, Intermediate, net=net)

    assert out
    assert found == {("h",): (1, 3), ("inner", "h"): (2,)}


def test_the_function_records_for_the_first_argument_outside_of_methods():
    def f(net):
        sow(1, "h")

    _, state = capture(f, Intermediate)(Net())

    assert state["h"].value == (1,)


def test_the_function_needs_no_module():
    _, state = capture(lambda x: sow(x, "h"), Intermediate)(1)

    assert state["h"].value == (1,)


def test_the_function_takes_types_names_and_reductions():
    def f(net):
        for value in (1, 2):
            sow(value, "h", "cache", reduce_fn=lambda a, b: a + b, init_fn=lambda: 0)

    assert captured(f, Cache)[1] == {("h",): 3}


def test_the_function_is_silent_for_a_type_that_is_not_captured():
    assert not captured(lambda _: sow(1, "h"), Cache)[0]


def test_the_function_works_for_a_module_that_a_method_made():
    _, found = captured(lambda net: type(net)()(lambda _: sow(1, "h")), Intermediate)

    assert found == {("h",): (1,)}


def test_the_function_refuses_to_leave_a_transform_that_has_no_module():
    def f(net):
        return jax.jit(lambda x: sow(x, "h"))(1.0)

    with pytest.raises(SownOutOfReachError, match=r"'h'.*of a Net outside"):
        capture(lambda net: net.inner(f), Intermediate)(Net(inner=Net()))

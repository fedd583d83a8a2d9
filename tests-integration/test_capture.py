"""What a model records comes out of ramie's transforms, and nothing else changes."""

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import graphdef, to_pure_dict
from ramie.module import Module, capture, sow
from ramie.module.errors import SownOutOfReachError
from ramie.transforms import (
    Carry,
    StateAxes,
    cond,
    grad,
    jit,
    remat,
    scan,
    value_and_grad,
    vmap,
)
from ramie.variables import Intermediate, Param, Perturbation


def scale(x, by):
    """A function that has never heard of modules."""
    sow(x, "scaled")
    return x * by


class Layer(Module):
    def __init__(self):
        self.w = Param(jnp.asarray(2.0))

    def __call__(self, x):
        x = self.perturb("x", x)
        self.sow(Intermediate, "x", x)
        return scale(x, self.w[...])


class Net(Module):
    def __init__(self):
        self.layers = [Layer(), Layer()]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    @jit
    def compiled(self, x):
        return self(x)


SEEN = {
    "layers": {
        0: {"x": (1.0,), "scaled": (1.0,)},
        1: {"x": (2.0,), "scaled": (2.0,)},
    }
}


def seen(state):
    return jax.tree.map(float, to_pure_dict(state))


def call(net, x):
    return net(x)


@jit
def compiled(net, x):
    return net(x)


def inner_parts(net, x):
    for layer in net.layers:
        x = compiled(layer, x)
    return x


def inner_gradient(net, x):
    return value_and_grad(call)(net, x)[0]


def nested(net, x):
    return jit(grad(lambda net, x: net(x) ** 2 / 8, argnums=1))(net, x)


def inner_remat(net, x):
    return value_and_grad(remat(call))(net, x)[0]


def inner_branch(net, x):
    return cond(x > 0, call, lambda net, x: 2 * net(x), net, x)


@pytest.mark.parametrize(
    "f",
    [
        compiled,
        Net.compiled,
        inner_parts,
        inner_gradient,
        nested,
        inner_remat,
        inner_branch,
    ],
    ids=["jit", "jitted method", "parts", "grad", "jit of grad", "remat", "cond"],
)
def test_values_come_out_of_transforms_inside_a_capture(f):
    net = Net()
    before = graphdef(net)

    _, first = capture(f, Intermediate)(net, jnp.asarray(1.0))
    y, state = capture(f, Intermediate)(net, jnp.asarray(1.0))

    assert y.item() == 4.0
    assert seen(first) == seen(state) == SEEN
    assert graphdef(net) == before


@pytest.mark.parametrize(
    "transform",
    [jit, lambda f: grad(f, has_aux=True), lambda f: jit(grad(f, has_aux=True))],
    ids=["jit", "grad", "jit of grad"],
)
def test_values_come_out_of_a_transform_of_a_capture(transform):
    net = Net()
    before = graphdef(net)

    _, state = transform(capture(call, Intermediate))(net, jnp.asarray(1.0))

    assert seen(state) == SEEN
    assert graphdef(net) == before


BATCH = {
    "layers": {
        0: {"x": ([1.0, 2.0],), "scaled": ([1.0, 2.0],)},
        1: {"x": ([2.0, 4.0],), "scaled": ([2.0, 4.0],)},
    }
}
RECORDED = StateAxes({Intermediate: 0, ...: None})


@pytest.mark.parametrize(
    "f",
    [
        vmap(capture(call, Intermediate), in_axes=(None, 0)),
        capture(vmap(call, in_axes=(RECORDED, 0)), Intermediate),
    ],
    ids=["capture in vmap", "vmap in capture"],
)
def test_values_of_a_batch_come_out_stacked(f):
    y, state = f(Net(), jnp.asarray([1.0, 2.0]))

    assert y.tolist() == [4.0, 8.0]
    assert jax.tree.map(lambda x: x.tolist(), to_pure_dict(state)) == BATCH


@pytest.mark.parametrize("captures_step", [True, False], ids=["step", "scan"])
def test_values_of_scanned_layers_come_out_stacked(captures_step):
    def step(x, layer):
        return layer(x)

    def recorded_step(x, layer):
        return capture(layer, Intermediate)(x)

    layers = vmap(lambda _: Layer())(jnp.arange(3))
    axes = {"in_axes": (Carry, 0), "out_axes": (Carry, 0) if captures_step else Carry}
    if captures_step:
        _, state = scan(recorded_step, **axes)(jnp.asarray(1.0), layers)
    else:
        _, state = capture(lambda m, x: scan(step, **axes)(x, m), Intermediate)(
            layers, jnp.asarray(1.0)
        )

    assert state["x"].value[0].tolist() == [1.0, 2.0, 4.0]
    assert list(vars(layers)) == ["w"]


def test_a_capture_inside_another_keeps_what_it_asked_for():
    def outer(net, x):
        x, inner = capture(net.layers[0], Intermediate)(x)
        return net.layers[1](x), inner

    (y, inner), state = capture(outer, Intermediate)(Net(), jnp.asarray(1.0))

    assert y.item() == 4.0
    assert seen(inner) == SEEN["layers"][0]
    assert seen(state) == {"layers": {1: SEEN["layers"][1]}}


def test_a_program_traced_without_capture_is_not_taken_for_one_with():
    net = Net()
    capture(compiled, Perturbation)(net, jnp.asarray(1.0))

    _, state = capture(compiled, Intermediate)(net, jnp.asarray(1.0))

    assert seen(state) == SEEN


def test_a_program_traced_with_capture_serves_the_next_one():
    traces = []

    @jit
    def traced(net, x):
        traces.append(1)
        return net(x)

    for value in (1.0, 2.0, 3.0):
        _, state = capture(traced, Intermediate)(Net(), jnp.asarray(value))

    assert len(traces) == 1
    assert state["layers"][0]["x"].value[0].item() == 3.0


def test_the_outputs_of_methods_come_out_of_jit():
    _, state = capture(compiled, Intermediate, method_outputs=Intermediate)(
        Net(), jnp.asarray(1.0)
    )

    outputs = {
        path: variable.value[0].item()
        for path, variable in state.flat_state()
        if path[-1] == "__call__"
    }
    assert outputs == {
        ("__call__",): 4.0,
        ("layers", 0, "__call__"): 2.0,
        ("layers", 1, "__call__"): 4.0,
    }


@pytest.mark.parametrize("wrap", [lambda f: f, jit], ids=["eager", "jit"])
def test_gradients_of_intermediate_values(wrap):
    net = Net()
    _, zeros = capture(net, Perturbation)(jnp.asarray(1.0))

    def loss(net, perturbations, x):
        return capture(net, Intermediate, init=perturbations)(x)

    step = wrap(grad(loss, argnums=(0, 1), has_aux=True))
    (grads, found), state = step(net, zeros, jnp.asarray(1.0))

    assert seen(found) == {"layers": {0: {"x": 4.0}, 1: {"x": 2.0}}}
    assert seen(grads) == {"layers": {0: {"w": 2.0}, 1: {"w": 2.0}}}
    assert seen(state) == SEEN


def test_an_error_inside_a_transform_leaves_the_model_as_it_was():
    net = Net()
    before = graphdef(net)

    def fail(net, x):
        net(x)
        raise KeyError

    with pytest.raises(KeyError):
        capture(jit(fail), Intermediate)(net, jnp.asarray(1.0))

    assert graphdef(net) == before


def test_modules_that_a_transform_makes_are_plain():
    net = Net()

    def replace(net):
        net.layers.append(type(net.layers[0])())

    capture(jit(replace), Intermediate)(net)

    assert [type(layer) for layer in net.layers] == [Layer] * 3
    assert [list(vars(layer)) for layer in net.layers] == [["w"]] * 3


def test_a_function_that_leaves_its_module_outside_is_told_so():
    def f(net, x):
        return jit(lambda x: scale(x, 2.0))(x)

    with pytest.raises(SownOutOfReachError, match="from a method of a module"):
        capture(f, Intermediate)(Net(), jnp.asarray(1.0))

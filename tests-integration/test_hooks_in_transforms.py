"""Hooks are metadata: they travel with a Variable, whatever it goes through."""

import jax
import jax.numpy as jnp
import pytest

from ramie import nnx


def halved(variable, value):
    return value / 2


def at_least_zero(variable, value):
    return jnp.maximum(value, 0.0)


class Scale(nnx.Module):
    def __init__(self, value):
        self.w = nnx.Param(
            jnp.array(value), on_get_value=halved, on_set_value=at_least_zero
        )

    def __call__(self, x):
        return self.w * x


@pytest.fixture
def model():
    return Scale(8.0)


def check_hooks(model, raw):
    """Its value is read and written through the hooks."""
    assert model.w.get_raw_value().item() == raw
    assert model.w.value.item() == raw / 2
    model.w.value = jnp.array(-1.0)
    assert model.w.get_raw_value().item() == 0.0
    assert model.w.type is nnx.Param


COPIES = {
    "clone": nnx.clone,
    "merge": lambda model: nnx.merge(*nnx.split(model)),
    "merge a copy": lambda model: nnx.merge(*nnx.split(model), copy=True),
    "returned by jit": nnx.jit(nnx.clone),
    "mapped": lambda model: jax.tree.map(lambda leaf: leaf, model),
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_a_copy_has_the_hooks(copy, model):
    made = copy(model)

    check_hooks(made, made.w.get_raw_value().item())


def test_hooks_run_inside_of_jit_and_stay_outside(model):
    @nnx.jit
    def step(model):
        seen = model.w.value
        model.w.value = model.w.value - 10.0
        return seen, model.w.value

    before, after = step(model)

    assert (before.item(), after.item()) == (4.0, 0.0)
    check_hooks(model, 0.0)


def test_a_function_is_compiled_once_for_equal_hooks(model):
    traced = []

    @nnx.jit
    def step(model, x):
        traced.append(1)
        return model(x)

    outs = [step(m, 1.0).item() for m in (model, Scale(6.0), model)]

    assert outs == [4.0, 3.0, 4.0]
    assert len(traced) == 1


def test_a_gradient_goes_through_the_hook(model):
    grads = nnx.grad(lambda model: model(3.0))(model)

    assert grads["w"].get_raw_value().item() == 1.5
    check_hooks(model, 8.0)


def test_a_write_inside_of_grad_goes_through_the_hook(model):
    def loss(model):
        model.w.value = model.w - 100.0
        return model(3.0)

    nnx.grad(loss)(model)

    check_hooks(model, 0.0)


def test_a_state_is_loaded_past_the_hooks(model):
    nnx.update(model, {"w": jnp.array(-6.0)})

    assert model.w.get_raw_value().item() == -6.0
    assert model.w.value.item() == -3.0


def test_hooks_of_a_state_are_loaded_with_it(model):
    plain = Scale(2.0)
    plain.w.set_metadata({})

    nnx.update(plain, nnx.state(model))

    check_hooks(plain, 8.0)


def test_hooks_that_are_set_inside_of_jit_reach_the_caller():
    model = Scale(8.0)
    model.w.set_metadata({})

    @nnx.jit
    def hook(model):
        model.w.set_metadata(on_get_value=halved, on_set_value=at_least_zero)

    hook(model)

    check_hooks(model, 8.0)


def test_an_optimizer_trains_what_is_stored(model):
    optax = pytest.importorskip("optax")
    optimizer = nnx.Optimizer(model, optax.sgd(2.0), wrt=nnx.Param)

    @nnx.jit
    def step(model, optimizer):
        optimizer.update(model, nnx.grad(lambda model: model(3.0))(model))

    step(model, optimizer)

    check_hooks(model, 5.0)

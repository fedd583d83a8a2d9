import contextlib
import copy
import gc
import warnings
from functools import wraps

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import merge, split, state, to_pure_dict
from ramie.variables import Param, Variable, _lost_updates
from ramie.variables.errors import LostUpdateWarning

SHAPES = jnp.ones((3, 2))


@pytest.fixture(autouse=True)
def nothing_was_said_before(monkeypatch):
    monkeypatch.setattr(_lost_updates, "_warned", set())
    yield
    gc.collect()
    assert not _lost_updates.remembered


@pytest.fixture
def model():
    return {"w": Param(jnp.ones(2)), "count": Variable(jnp.zeros(()))}


def add_one(model):
    model["count"].value = model["count"] + 1


def loss(model, x):
    add_one(model)
    return model["w"].value.sum() * jnp.sum(x)


def as_new(function):
    """The function as another one, which JAX has not traced yet."""

    @wraps(function)
    def another(*args):
        return function(*args)

    return another


def lost(call, *args):
    """The texts of the warnings of a call."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call(*args)
    assert all(w.category is LostUpdateWarning for w in caught)
    return [str(w.message) for w in caught]


def scanned(model, xs):
    many = jax.tree.map(lambda leaf: jnp.stack([leaf] * 3), model)

    def body(carry, inputs):
        layer, x = inputs
        return carry, loss(layer, x)

    return jax.lax.scan(body, 0.0, (many, xs))


TRANSFORMED = {
    "jit": lambda model: jax.jit(loss)(model, SHAPES),
    "grad": lambda model: jax.grad(loss)(model, SHAPES),
    "vmap": lambda model: jax.vmap(loss, (None, 0))(model, SHAPES),
    "remat": lambda model: jax.checkpoint(loss)(model, SHAPES),
    "scan": lambda model: scanned(model, SHAPES),
    "grad in jit": jax.jit(lambda m: (jax.grad(loss)(m, SHAPES), 1)),
    "cond": lambda model: jax.lax.cond(
        True, lambda m: loss(m, 1.0), lambda m: m["w"].value.sum(), model
    ),
    "lower": lambda model: jax.jit(as_new(loss)).lower(model, SHAPES),
}


@pytest.mark.parametrize("call", TRANSFORMED.values(), ids=TRANSFORMED)
def test_an_update_that_is_not_returned_is_lost(call, model):
    (text,) = lost(call, model)

    assert "count from a transform of JAX" in text
    assert "in add_one, and did not return it" in text


def test_the_text_names_function_variable_and_place(model):
    def step(model, x):
        return loss(model, x)

    (text,) = lost(jax.jit(step), model, SHAPES)

    line = add_one.__code__.co_firstlineno + 1
    name = "test_the_text_names_function_variable_and_place.<locals>.step"
    assert text == (
        f"Update lost: {name} got a copy of the Variable model/count from a transform "
        f"of JAX, wrote it at {__file__}:{line}, in add_one, and did not return it. "
        f"Return the module or Variable and use what the call returns; or use a "
        f"transform of ramie, such as nnx.jit, which brings updates back."
    )


def test_a_bare_variable():
    def step(count):
        count.value = count + 1
        return 0

    (text,) = lost(jax.jit(step), Variable(jnp.zeros(())))

    assert "the Variable count from" in text


def test_a_function_of_the_variable_itself():
    hooked = Param(jnp.zeros(()), on_set_value=lambda _, value: value + 1)

    (text,) = lost(jax.jit(Variable.set_value), hooked, 1.0)

    assert "a function got a copy of the Param from" in text


def test_a_place_is_told_of_once(model):
    first = lost(jax.jit(as_new(loss)), model, SHAPES)
    again = lost(jax.jit(lambda model: loss(model, 2.0)), model)

    assert (len(first), again) == (1, [])


def test_a_warm_call_remembers_nothing(model):
    step = jax.jit(as_new(loss))
    lost(step, model, SHAPES)

    _lost_updates._warned.clear()

    assert lost(step, model, SHAPES) == []


def returned_by_scan(model):
    def body(model, x):
        return model, loss(model, x)

    return jax.lax.scan(body, model, SHAPES)


def copied_inside(model):
    mine = jax.tree.map(lambda leaf: leaf + 0, model)
    add_one(mine)
    jax.tree.map(lambda v: v.set_value(v + 1), mine, is_leaf=is_variable)
    return 0


def is_variable(value):
    return isinstance(value, Variable)


def copied_by_jit(model):
    mine = jax.jit(lambda m: m)(model)
    jax.tree.map(lambda v: v.set_value(v + 1), mine, is_leaf=is_variable)
    return 0


def made_by_vmap(model):
    mine = jax.vmap(lambda x: {"count": Variable(x)})(SHAPES)
    jax.tree.map(lambda v: v.set_value(v + 1), mine, is_leaf=is_variable)
    return 0


def merged(model):
    graphdef, params = split(model)
    mine = merge(graphdef, params)
    add_one(mine)
    return mine


def deep_copied(model):
    add_one(copy.deepcopy(model))
    return 0


SILENT = {
    "returned": jax.jit(lambda m: (loss(m, 1.0), m)),
    "returned by vmap": lambda m: jax.vmap(lambda m, x: (loss(m, x), m), (None, 0))(
        m, SHAPES
    ),
    "returned by scan": jax.jit(returned_by_scan),
    "returned as state": jax.jit(lambda m: (loss(m, 1.0), state(m))),
    "returned as arrays": jax.jit(lambda m: (loss(m, 1.0), to_pure_dict(state(m)))),
    "its value returned": jax.jit(lambda m: (add_one(m), m["count"].value)),
    "has_aux": jax.grad(lambda m: (loss(m, 1.0), m), has_aux=True),
    "grad in jit, returned": jax.jit(
        lambda m: (jax.grad(lambda m: (loss(m, 1.0), m), has_aux=True)(m), 1)
    ),
    "only read": jax.jit(lambda m: (m["w"] * 2).sum()),
    "copied inside": jax.jit(copied_inside),
    "copied by an inner jit": jax.jit(copied_by_jit),
    "made by an inner vmap": jax.jit(made_by_vmap),
    "closed over and copied": lambda m: jax.jit(lambda x: x * copied_inside(m))(1.0),
    "closed over by an inner grad": jax.jit(
        lambda m: jax.grad(lambda x: x * copied_inside(m))(1.0)
    ),
    "split and merged": jax.jit(merged),
    "deep copy": jax.jit(deep_copied),
    "shapes": lambda m: jax.eval_shape(loss, m, SHAPES),
    "jaxpr": lambda m: jax.make_jaxpr(loss)(m, SHAPES),
    "without jit": lambda m: loss(jax.tree.map(lambda leaf: leaf, m), 1.0),
}


@pytest.mark.parametrize("call", SILENT.values(), ids=SILENT)
def test_nothing_is_said_where_nothing_is_lost(call, model):
    assert lost(call, model) == []


def test_an_error_is_all_that_is_told(model):
    def broken(model):
        add_one(model)
        raise ValueError("broken")

    def call():
        with contextlib.suppress(ValueError):
            jax.jit(broken)(model)

    assert lost(call) == []


def test_a_variable_in_a_ref_loses_nothing():
    count = Variable(jnp.zeros(()), ref=True)

    def step(count):
        count.value = count + 1
        return 0

    assert lost(jax.jit(step), count) == []


def test_a_custom_derivative(model):
    @jax.custom_vjp
    def f(model, x):
        return loss(model, x)

    f.defvjp(lambda model, x: (loss(model, x), model), lambda model, g: (model, g))

    texts = lost(jax.jit(lambda model: 2 * f(model, 1.0)), model)

    assert len(texts) == 1

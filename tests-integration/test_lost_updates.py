"""Modules under plain JAX transforms: what they lose is told, and nothing else."""

import warnings

import jax
import jax.numpy as jnp
import pytest

from ramie import nnx
from ramie.variables.errors import LostUpdateWarning


@pytest.fixture
def model():
    return nnx.BatchNorm(2, rngs=nnx.Rngs(0))


X = jnp.arange(6.0).reshape(3, 2)


def lost(call, *args):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call(*args)
    return [str(w.message) for w in caught if w.category is LostUpdateWarning]


# Each is a function of its own: a place is told of once, and JAX traces once.
TRANSFORMED = {
    "jit": jax.jit(lambda model, x: model(x)),
    "grad": jax.grad(lambda model, x: model(x).sum()),
    "vmap": lambda model, x: jax.vmap(lambda m, x: m(x), (None, 0))(model, x[None]),
    "remat": jax.checkpoint(lambda model, x: model(x)),
    "scan": lambda model, x: jax.lax.scan(
        lambda carry, layer: (layer(carry), 0.0),
        x,
        jax.tree.map(lambda leaf: leaf[None], model),
    ),
}


@pytest.mark.parametrize("call", TRANSFORMED.values(), ids=TRANSFORMED)
def test_a_running_mean_that_is_not_returned_is_lost(call, model):
    (text,) = lost(call, model, X)

    assert "a copy of the BatchStat" in text
    assert __file__ in text


SILENT = {
    "returned": jax.jit(lambda model, x: (model(x), model)),
    "nnx.jit": nnx.jit(lambda model, x: model(x)),
    "nnx.grad": nnx.grad(lambda model, x: model(x).sum()),
    "nnx.jit in jax.jit": jax.jit(
        lambda model, x: (nnx.jit(lambda model, x: model(x))(model, x), model)
    ),
    "a state": jax.jit(lambda model, x: (model(x), nnx.state(model))),
    "shapes": lambda model, x: jax.eval_shape(lambda m, x: m(x), model, x),
}


@pytest.mark.parametrize("call", SILENT.values(), ids=SILENT)
def test_what_comes_back_is_not_lost(call, model):
    assert lost(call, model, X) == []


def test_a_stream_of_random_numbers_that_stands_still_is_told():
    dropout = nnx.Dropout(0.5, rngs=nnx.Rngs(0))

    (text,) = lost(jax.jit(lambda dropout, x: dropout(x)), dropout, X)

    assert "RngCount dropout/rngs/" in text

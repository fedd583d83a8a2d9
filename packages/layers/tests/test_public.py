import copy
import inspect
import pickle

import jax.numpy as jnp
import numpy as np
import pytest

from ramie import layers
from ramie.module import Module, Rngs

MADE = {
    "BatchNorm": lambda rngs: layers.BatchNorm(4, rngs=rngs),
    "Conv": lambda rngs: layers.Conv(4, 2, 3, rngs=rngs),
    "Dropout": lambda rngs: layers.Dropout(0.5, rngs=rngs),
    "Embed": lambda rngs: layers.Embed(4, 2, rngs=rngs),
    "LayerNorm": lambda rngs: layers.LayerNorm(4, rngs=rngs),
    "Linear": lambda rngs: layers.Linear(4, 2, rngs=rngs),
}


def inputs_for(name):
    return jnp.array([0, 3]) if name == "Embed" else jnp.ones((3, 5, 4))


def pickled(layer):
    return pickle.loads(pickle.dumps(layer))


def test_every_module_is_made_here():
    modules = {
        name
        for name, value in vars(layers).items()
        if inspect.isclass(value) and issubclass(value, Module)
    }

    assert modules == MADE.keys()


def test_public_names_belong_to_a_package_not_to_a_file():
    homes = {
        getattr(value, "__module__", "ramie.layers")
        for name, value in vars(layers).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }

    assert {home for home in homes if home.startswith("ramie")} == {
        "ramie.layers",
        "ramie.layers.functional",
    }


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickled])
def test_copies_compute_the_same(name, duplicate):
    layer = MADE[name](Rngs(0))

    copied = duplicate(layer)

    expected = layer(inputs_for(name))
    np.testing.assert_array_equal(copied(inputs_for(name)), expected)


@pytest.mark.parametrize("name", MADE)
def test_signatures_have_no_positional_settings(name):
    parameters = inspect.signature(getattr(layers, name)).parameters.values()

    positional = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert all(p.default is p.empty or p.name == "strides" for p in positional)

import copy
import inspect
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import graph, layers
from ramie.module import Module, Rngs
from ramie.transforms import jit
from ramie.variables import Variable

MADE = {
    "Einsum": lambda rngs: layers.Einsum("nta,ab->ntb", (4, 2), (2,), rngs=rngs),
    "LinearGeneral": lambda rngs: layers.LinearGeneral(4, (2, 3), rngs=rngs),
    "LoRA": lambda rngs: layers.LoRA(4, 2, 3, rngs=rngs),
    "LoRALinear": lambda rngs: layers.LoRALinear(4, 3, lora_rank=2, rngs=rngs),
    "MultiHeadAttention": lambda rngs: layers.MultiHeadAttention(
        2, 4, decode=False, rngs=rngs
    ),
    "RoPE": lambda _: layers.RoPE(),
    "BatchNorm": lambda rngs: layers.BatchNorm(4, rngs=rngs),
    "Conv": lambda rngs: layers.Conv(4, 2, 3, rngs=rngs),
    "Dropout": lambda rngs: layers.Dropout(0.5, rngs=rngs),
    "Embed": lambda rngs: layers.Embed(4, 2, rngs=rngs),
    "LayerNorm": lambda rngs: layers.LayerNorm(4, rngs=rngs),
    "Bidirectional": lambda rngs: layers.Bidirectional(
        layers.RNN(layers.GRUCell(4, 2, rngs=rngs)),
        layers.RNN(layers.GRUCell(4, 2, rngs=rngs)),
    ),
    "ConvTranspose": lambda rngs: layers.ConvTranspose(4, 2, 3, rngs=rngs),
    "GroupNorm": lambda rngs: layers.GroupNorm(4, 2, rngs=rngs),
    "InstanceNorm": lambda rngs: layers.InstanceNorm(4, rngs=rngs),
    "PReLU": lambda _: layers.PReLU(),
    "RMSNorm": lambda rngs: layers.RMSNorm(4, rngs=rngs),
    "RNN": lambda rngs: layers.RNN(layers.LSTMCell(4, 2, rngs=rngs)),
    "SpectralNorm": lambda rngs: layers.SpectralNorm(
        layers.Linear(4, 2, rngs=rngs), rngs=rngs
    ),
    "WeightNorm": lambda rngs: layers.WeightNorm(
        layers.Linear(4, 2, rngs=rngs), rngs=rngs
    ),
    "Linear": lambda rngs: layers.Linear(4, 2, rngs=rngs),
}

# They take a carry, too; RNN runs them.
CELLS = {"GRUCell", "LSTMCell", "OptimizedLSTMCell", "RNNCellBase", "SimpleCell"}
# Settings that the reference takes by position, so calls of its users pass them so.
POSITIONAL = {
    "Conv": {"strides"},
    "ConvTranspose": {"strides"},
    "Einsum": {"bias_shape"},
    "GroupNorm": {"num_groups", "group_size"},
    "MultiHeadAttention": {
        "qkv_features",
        "out_features",
        "num_kv_heads",
        "in_kv_features",
    },
    "PReLU": {"negative_slope_init"},
    "RoPE": {"theta", "embedding_size", "max_seq_len"},
}


def inputs_for(name):
    return jnp.array([0, 3]) if name == "Embed" else jnp.ones((3, 5, 4))


@jit
def called(layer, inputs):
    return layer(inputs)


def pickled(layer):
    return pickle.loads(pickle.dumps(layer))


def test_every_module_is_made_here():
    modules = {
        name
        for name, value in inspect.getmembers(layers)
        if inspect.isclass(value) and issubclass(value, Module)
    }

    assert modules - CELLS == MADE.keys()


def test_public_names_belong_to_a_package_not_to_a_file():
    homes = {
        getattr(value, "__module__", "ramie.layers")
        for name, value in inspect.getmembers(layers)
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

    expected = called(layer, inputs_for(name))
    np.testing.assert_array_equal(called(copied, inputs_for(name)), expected)


@pytest.mark.parametrize("name", MADE)
def test_arrays_in_place_of_variables_compute_the_same(name):
    layer = MADE[name](Rngs(0))
    layer.eval()

    pure = graph.as_pure(layer)

    assert not [leaf for leaf in jax.tree.leaves(pure) if isinstance(leaf, Variable)]
    inputs = inputs_for(name)
    np.testing.assert_array_equal(called(pure, inputs), called(layer, inputs))


@pytest.mark.parametrize("name", MADE)
def test_signatures_have_no_positional_settings(name):
    parameters = inspect.signature(getattr(layers, name)).parameters.values()

    positional = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    settings = {p.name for p in positional if p.default is not p.empty}
    assert settings == POSITIONAL.get(name, set())

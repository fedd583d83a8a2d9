"""Examples of the kinds of Variables. Where they print, a test asserts the facts.

The texts of states show sizes and whole arrays here, and no `VariableState(`.
"""

import jax
import jax.numpy as jnp
import pytest

from ramie import nnx
from ramie.layers import MultiHeadAttention


def facts(state):
    """What the examples print: type and shape of each Variable, by path."""
    return {
        path: (variable.type, jax.tree.map(jnp.shape, variable.value))
        for path, variable in state.flat_state()
    }


def test_batch_stat():
    layer = nnx.BatchNorm(3, rngs=nnx.Rngs(0))

    assert facts(nnx.state(layer)) == {
        ("bias",): (nnx.Param, (3,)),
        ("mean",): (nnx.BatchStat, (3,)),
        ("scale",): (nnx.Param, (3,)),
        ("var",): (nnx.BatchStat, (3,)),
    }


def test_cache():
    layer = MultiHeadAttention(
        num_heads=2,
        in_features=3,
        qkv_features=6,
        out_features=6,
        decode=True,
        rngs=nnx.Rngs(0),
    )
    layer.init_cache((1, 3))

    assert facts(nnx.state(layer, nnx.Cache)) == {
        ("cache_index",): (nnx.Cache, ()),
        ("cached_key",): (nnx.Cache, (1, 2, 3)),
        ("cached_value",): (nnx.Cache, (1, 2, 3)),
    }


def test_intermediate():
    class Model(nnx.Module):
        def __init__(self, rngs):
            self.linear1 = nnx.Linear(2, 3, rngs=rngs)
            self.linear2 = nnx.Linear(3, 4, rngs=rngs)

        def __call__(self, x):
            x = self.linear1(x)
            self.sow(nnx.Intermediate, "i", x)
            x = self.linear2(x)
            return x  # noqa: RET504 (as in the example)

    model = Model(rngs=nnx.Rngs(0))

    x = jnp.ones((1, 2))
    with pytest.deprecated_call(match="outside of capture"):
        y = model(x)

    assert y.shape == (1, 4)
    assert facts(nnx.state(model, nnx.Intermediate)) == {
        ("i",): (nnx.Intermediate, ((1, 3),)),
    }


def test_param():
    layer = nnx.Linear(2, 3, rngs=nnx.Rngs(0))

    assert facts(nnx.state(layer)) == {
        ("bias",): (nnx.Param, (3,)),
        ("kernel",): (nnx.Param, (2, 3)),
    }


def test_variable():
    class CustomVariable(nnx.Variable):
        pass

    class Model(nnx.Module):
        def __init__(self, rngs):
            self.linear = nnx.Linear(2, 3, rngs=rngs)
            self.custom_variable = CustomVariable(jnp.ones((1, 3)))

        def __call__(self, x):
            return self.linear(x) + self.custom_variable

    model = Model(rngs=nnx.Rngs(0))

    linear_variables = nnx.state(model, nnx.Param)
    custom_variable = nnx.state(model, CustomVariable)
    variables = nnx.state(model)

    of_linear = {
        ("linear", "bias"): (nnx.Param, (3,)),
        ("linear", "kernel"): (nnx.Param, (2, 3)),
    }
    of_custom = {("custom_variable",): (CustomVariable, (1, 3))}
    assert facts(linear_variables) == of_linear
    assert facts(custom_variable) == of_custom
    assert facts(variables) == of_custom | of_linear
    assert model(jnp.ones((1, 2))).shape == (1, 3)


def test_an_initializer_brings_metadata():
    initializer = nnx.with_metadata(
        nnx.initializers.zeros_init(),
        set_value_hooks=(lambda _, value: value,),
        note="n",
    )

    layer = nnx.Linear(2, 3, kernel_init=initializer, rngs=nnx.Rngs(0))

    made = nnx.VariableMetadata(1.0, metadata={"note": "m"})
    assert layer.kernel.note == "n"
    assert nnx.Param(made).note == "m"

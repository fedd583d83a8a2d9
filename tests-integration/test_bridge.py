"""Modules of Linen and of nnx in one program, trained together."""

import jax
import jax.numpy as jnp
import pytest

from ramie import linen as nn
from ramie import nnx
from ramie.linen import bridge as nn_bridge
from ramie.nnx import bridge


class Encoder(nn.Module):
    """A Linen module with a statistic."""

    @nn.compact
    def __call__(self, x):
        calls = self.variable("batch_stats", "calls", lambda: jnp.zeros(()))
        if self.is_mutable_collection("batch_stats"):
            calls.value += 1
        kernel = self.param("kernel", nn.initializers.lecun_normal(), (2, 3))
        return jnp.tanh(x @ kernel)


class Model(nnx.Module):
    """A Linen module below an nnx one."""

    def __init__(self, rngs):
        self.encoder = bridge.ToNNX(Encoder(), rngs=rngs)
        self.head = nnx.Linear(3, 1, use_bias=False, rngs=rngs)

    def __call__(self, x):
        return self.head(self.encoder(x, mutable=["batch_stats"]))


@pytest.fixture(scope="module")
def trained():
    model = bridge.lazy_init(Model(nnx.Rngs(0)), jnp.ones((1, 2)))
    first = nnx.clone(model)

    @nnx.jit
    def step(model):
        def loss(model):
            return jnp.mean((model(jnp.ones((4, 2))) - 1.0) ** 2)

        value, grads = nnx.value_and_grad(loss)(model)
        params = nnx.state(model, nnx.Param)
        nnx.update(model, jax.tree.map(lambda p, g: p - 0.1 * g, params, grads))
        return value

    return first, model, [float(step(model)) for _ in range(3)]


def test_a_linen_module_learns_in_an_nnx_program(trained):
    _, _, losses = trained

    assert losses[0] > losses[1] > losses[2]


def test_statistics_are_counted_in_the_compiled_step(trained):
    first, model, _ = trained

    assert model.encoder.calls.value == first.encoder.calls.value + 3


def test_the_trained_weights_go_back_to_linen(trained):
    _, model, _ = trained
    x = jnp.ones((1, 2))

    variables = bridge.variables_from_state(
        model, rename=lambda path: path[1:] if path[0] == "encoder" else None
    )

    assert jnp.allclose(model.head(Encoder().apply(variables, x)), model(x))


def test_the_names_are_those_of_the_package():
    assert bridge.ToNNX is nn_bridge.ToNNX
    assert {"ToLinen", "to_linen", "state_from_variables"} <= set(dir(bridge))
    with pytest.raises(AttributeError, match="nothing"):
        _ = bridge.nothing

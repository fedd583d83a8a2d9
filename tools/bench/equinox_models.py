"""What is measured, in equinox: modules are pytrees, and a step returns new ones."""

from typing import Any

import jax
import jax.numpy as jnp
import optax

from bench.harness import Call


def make_network(eqx: Any, layers: int, width: int) -> Any:
    """Return a few linear layers."""

    class Network(eqx.Module):  # type: ignore[misc]  # the library is a parameter
        layers: list[Any]

        def __call__(self, x: jax.Array) -> jax.Array:
            for layer in self.layers:
                x = jnp.tanh(jax.vmap(layer)(x))
            return x

    keys = jax.random.split(jax.random.key(0), layers)
    return Network([eqx.nn.Linear(width, width, key=key) for key in keys])


def make_stack(eqx: Any, blocks: int, width: int = 4) -> Any:
    """Return blocks with the arrays of a Linear and a BatchNorm."""

    class Norm(eqx.Module):  # type: ignore[misc]  # the library is a parameter
        scale: jax.Array
        bias: jax.Array
        mean: jax.Array
        var: jax.Array

    class Block(eqx.Module):  # type: ignore[misc]  # likewise
        linear: Any
        norm: Norm

    def make(key: jax.Array) -> Block:
        zeros, ones = jnp.zeros(width), jnp.ones(width)
        linear = eqx.nn.Linear(width, width, key=key)
        return Block(linear, Norm(ones, zeros, zeros, ones))

    return [make(key) for key in jax.random.split(jax.random.key(0), blocks)]


def noop_step(eqx: Any, blocks: int) -> Call:
    """Return a no-op step on a stack and its Adam state."""
    model = make_stack(eqx, blocks)
    state = optax.adam(1e-3).init(eqx.filter(model, eqx.is_inexact_array))
    step = eqx.filter_jit(lambda _model, _state: None)
    return lambda: step(model, state)


def train_step(eqx: Any, model: Any, batch: Any, donate: bool) -> Call:
    """Return one Adam step."""
    tx = optax.adam(1e-3)

    def loss_fn(model: Any, x: jax.Array, y: jax.Array) -> jax.Array:
        loss: jax.Array = jnp.mean((model(x) - y) ** 2)
        return loss

    def step(batch: Any, model: Any, state: Any) -> Any:
        loss, grads = eqx.filter_value_and_grad(loss_fn)(model, *batch)
        updates, state = tx.update(grads, state)
        return eqx.apply_updates(model, updates), state, loss

    compiled = eqx.filter_jit(step, donate="all-except-first" if donate else "none")
    now = [model, tx.init(eqx.filter(model, eqx.is_inexact_array))]

    def call() -> Any:
        now[0], now[1], loss = compiled(batch, *now)
        return loss

    return call

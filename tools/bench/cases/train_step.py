"""One Adam step of a tiny network: what a training loop pays per batch.

The limit is the same arithmetic on plain dicts with `jax.jit` and optax. The
network is so small that the cost of the call shows.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from bench.harness import Call, Case, Contestants
from bench.libraries import libraries

WIDTH, LAYERS, BATCH = 32, 4, 16


def cases() -> Iterator[Case]:
    """Yield the step as it is, and with donated arguments where that is there."""
    for donate in (False, True):
        yield Case(
            f"train_step/{'donated' if donate else 'tiny'}",
            partial(contestants, donate),
            limit="jax.jit, optax on dicts",
        )


def contestants(donate: bool) -> Contestants:
    """Return the step of each library and that on dicts."""
    steps = {name: object_step(nnx, donate) for name, nnx in libraries().items()}
    return {**steps, "limit": dict_step(donate)}


def batch() -> tuple[jax.Array, jax.Array]:
    """Return inputs and targets, the same for all."""
    random = np.random.default_rng(0)
    x, y = random.standard_normal((2, BATCH, WIDTH), dtype=np.float32)
    return jnp.asarray(x), jnp.asarray(y)


def object_step(nnx: Any, donate: bool) -> Call:
    """Return the step on a module and an Optimizer."""

    class Network(nnx.Module):  # type: ignore[misc]  # the library is a parameter
        def __init__(self, rngs: Any) -> None:
            self.layers = nnx.List(
                [nnx.Linear(WIDTH, WIDTH, rngs=rngs) for _ in range(LAYERS)]
            )

        def __call__(self, x: jax.Array) -> jax.Array:
            for layer in self.layers:
                x = jnp.tanh(layer(x))
            return x

    def step(model: Any, optimizer: Any, x: jax.Array, y: jax.Array) -> jax.Array:
        def loss_fn(model: Any) -> jax.Array:
            loss: jax.Array = jnp.mean((model(x) - y) ** 2)
            return loss

        loss: jax.Array
        loss, grads = nnx.value_and_grad(loss_fn)(model)
        optimizer.update(model, grads)
        return loss

    model = Network(nnx.Rngs(0))
    optimizer = nnx.Optimizer(model, optax.adam(1e-3), wrt=nnx.Param)
    compiled = nnx.jit(step, donate_argnums=(0, 1)) if donate else nnx.jit(step)
    x, y = batch()
    return lambda: compiled(model, optimizer, x, y)


def dict_step(donate: bool) -> Call:
    """Return the step on nested dicts."""
    tx = optax.adam(1e-3)
    keys = jax.random.split(jax.random.key(0), LAYERS)
    params = {
        str(i): {
            "bias": jnp.zeros(WIDTH),
            "kernel": jax.nn.initializers.lecun_normal()(keys[i], (WIDTH, WIDTH)),
        }
        for i in range(LAYERS)
    }

    def loss_fn(params: Any, x: jax.Array, y: jax.Array) -> jax.Array:
        for layer in params.values():
            x = jnp.tanh(x @ layer["kernel"] + layer["bias"][None])
        loss: jax.Array = jnp.mean((x - y) ** 2)
        return loss

    def step(params: Any, state: Any, x: jax.Array, y: jax.Array) -> Any:
        loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
        updates, state = tx.update(grads, state, params)
        return optax.apply_updates(params, updates), state, loss

    compiled = jax.jit(step, donate_argnums=(0, 1) if donate else ())
    x, y = batch()
    now: list[Any] = [params, tx.init(params)]

    def call() -> Any:
        now[0], now[1], loss = compiled(now[0], now[1], x, y)
        return loss

    return call

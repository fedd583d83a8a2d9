"""One Adam step on a small network, plain and with donated arguments.

The limit is a step written by hand: nested dicts, `jax.value_and_grad`, optax.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from bench import equinox_models, haiku_models
from bench.harness import Call, Case, Contestants
from bench.libraries import equinox, haiku, libraries
from bench.models import make_stack, plain_dict

WIDTH, LAYERS, BATCH = 32, 4, 16
MOMENTUM, EPSILON = 0.99, 1e-5
"""Of BatchNorm, by default."""


def cases() -> Iterator[Case]:
    """Yield the step as it is, and with donated arguments where that is there."""
    for donate in (False, True):
        yield Case(
            f"train_step/{'donated' if donate else 'tiny'}",
            partial(tiny_contestants, donate),
            limit="jax.jit, optax on dicts",
            goal=1.05,
        )
    for blocks in (5, 50):
        yield Case(
            f"train_step/{blocks} blocks, donated",
            partial(stack_contestants, blocks),
            limit="jax.jit, optax on dicts",
            goal=1.05,
        )


def tiny_contestants(donate: bool) -> Contestants:
    """Return the step of each library on a few layers, and that on dicts."""
    steps = {
        name: object_step(nnx, make_network(nnx), WIDTH, donate)
        for name, nnx in libraries().items()
    }
    if (eqx := equinox()) is not None:
        model = equinox_models.make_network(eqx, LAYERS, WIDTH)
        steps["equinox"] = equinox_models.train_step(eqx, model, batch(WIDTH), donate)
    if (hk := haiku()) is not None:
        params, apply = haiku_models.make_network(hk, LAYERS, WIDTH)
        steps["haiku"] = by_hand(apply, params, {}, batch(WIDTH), donate)
    return {**steps, "limit": dict_step(donate)}


def stack_contestants(blocks: int) -> Contestants:
    """Return the step of each library on blocks with statistics, and that on dicts."""
    found = libraries()
    steps = {
        name: object_step(nnx, make_stack(nnx, blocks), 4, donate=True)
        for name, nnx in found.items()
    }
    return {**steps, "limit": stack_step(found["ramie"], blocks)}


def batch(width: int) -> tuple[jax.Array, jax.Array]:
    """Return inputs and targets, the same for all."""
    random = np.random.default_rng(0)
    x, y = random.standard_normal((2, BATCH, width), dtype=np.float32)
    return jnp.asarray(x), jnp.asarray(y)


def make_network(nnx: Any) -> Any:
    """Return a few layers of one library."""

    class Network(nnx.Module):  # type: ignore[misc]  # the library is a parameter
        def __init__(self, rngs: Any) -> None:
            self.layers = nnx.List(
                [nnx.Linear(WIDTH, WIDTH, rngs=rngs) for _ in range(LAYERS)]
            )

        def __call__(self, x: jax.Array) -> jax.Array:
            for layer in self.layers:
                x = jnp.tanh(layer(x))
            return x

    return Network(nnx.Rngs(0))


def object_step(nnx: Any, model: Any, width: int, donate: bool) -> Call:
    """Return the step on a module and an Optimizer."""

    def step(model: Any, optimizer: Any, x: jax.Array, y: jax.Array) -> jax.Array:
        def loss_fn(model: Any) -> jax.Array:
            loss: jax.Array = jnp.mean((model(x) - y) ** 2)
            return loss

        loss: jax.Array
        loss, grads = nnx.value_and_grad(loss_fn)(model)
        optimizer.update(model, grads)
        return loss

    optimizer = nnx.Optimizer(model, optax.adam(1e-3), wrt=nnx.Param)
    compiled = nnx.jit(step, donate_argnums=(0, 1)) if donate else nnx.jit(step)
    x, y = batch(width)
    return lambda: compiled(model, optimizer, x, y)


def dict_step(donate: bool) -> Call:
    """Return the step on nested dicts."""
    keys = jax.random.split(jax.random.key(0), LAYERS)
    params = {
        str(i): {
            "bias": jnp.zeros(WIDTH),
            "kernel": jax.nn.initializers.lecun_normal()(keys[i], (WIDTH, WIDTH)),
        }
        for i in range(LAYERS)
    }

    def apply(params: Any, stats: Any, x: jax.Array) -> tuple[jax.Array, Any]:
        for layer in params.values():
            x = jnp.tanh(x @ layer["kernel"] + layer["bias"][None])
        return x, stats

    return by_hand(apply, params, {}, batch(WIDTH), donate)


def stack_step(nnx: Any, blocks: int) -> Call:
    """Return the step on nested dicts, with the statistics beside the parameters."""
    model = make_stack(nnx, blocks)
    params = plain_dict(nnx, nnx.state(model, nnx.Param))["blocks"]
    stats = plain_dict(nnx, nnx.state(model, nnx.BatchStat))["blocks"]

    def apply(params: Any, stats: Any, x: jax.Array) -> tuple[jax.Array, Any]:
        now = {}
        for number, block in params.items():
            x = x @ block["linear"]["kernel"] + block["linear"]["bias"]
            x, now[number] = norm(block["norm"], stats[number]["norm"], x)
            x = jax.nn.relu(x)
        return x, now

    return by_hand(apply, params, stats, batch(4), donate=True)


def norm(params: Any, stats: Any, x: jax.Array) -> tuple[jax.Array, Any]:
    """Return batch normalization, and the statistics afterwards."""
    mean = x.mean(0)
    variance = jnp.maximum(0.0, (x * x).mean(0) - mean * mean)
    factor = jax.lax.rsqrt(variance + EPSILON) * params["scale"]
    seen = {"mean": mean, "var": variance}
    now = jax.tree.map(lambda a, b: MOMENTUM * a + (1 - MOMENTUM) * b, stats, seen)
    return (x - mean) * factor + params["bias"], {"norm": now}


def by_hand(
    apply: Callable[..., tuple[jax.Array, Any]],
    params: Any,
    stats: Any,
    batch: tuple[jax.Array, jax.Array],
    donate: bool,
) -> Call:
    """Return the step for a model that is a function of parameters and statistics."""
    tx = optax.adam(1e-3)

    def loss_fn(params: Any, stats: Any, x: jax.Array, y: jax.Array) -> Any:
        out, stats = apply(params, stats, x)
        return jnp.mean((out - y) ** 2), stats

    def step(model: Any, state: Any, x: jax.Array, y: jax.Array) -> Any:
        params, stats = model
        both = jax.value_and_grad(loss_fn, has_aux=True)
        (loss, stats), grads = both(params, stats, x, y)
        updates, state = tx.update(grads, state, params)
        return (optax.apply_updates(params, updates), stats), state, loss

    compiled = jax.jit(step, donate_argnums=(0, 1) if donate else ())
    now: list[Any] = [(params, stats), tx.init(params)]

    def call() -> Any:
        now[0], now[1], loss = compiled(*now, *batch)
        return loss

    return call

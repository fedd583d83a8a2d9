"""Linen: tracing `init` and `apply` of a deep network, what needs no trace, the import.

The limit is the same network written by hand on nested dicts. For `bind` and
`module_paths` there is none; the reference stands beside them.
"""

import contextlib
import importlib
from collections.abc import Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from bench.cases import imports
from bench.harness import Call, Case, Contestants, cpu_seconds

WIDTH, DEPTH = 8, 50
WORK = {
    "apply, traced": 1.6,
    "init, traced": None,
    "apply, eager": None,
    "bind": None,
    "module_paths": None,
}
"""What is done, and the ratio to the limit to keep below, if there is one."""


def cases() -> Iterator[Case]:
    """Yield each kind of work."""
    for name, goal in WORK.items():
        yield Case(
            f"linen/{name}",
            partial(contestants, name),
            unit="ms",
            limit="functions of nested dicts",
            goal=goal,
            measure=cpu_seconds,
            rounds=11,
        )
    modules = {"ramie": "ramie.linen", "flax": "flax.linen"}
    yield imports.case("linen/import over jax", modules)


def contestants(name: str) -> Contestants:
    """Return the work of each library, and that of the limit if it has any."""
    found = {}
    for library, path in (("ramie", "ramie.linen"), ("flax", "flax.linen")):
        with contextlib.suppress(ImportError):
            found[library] = work_of(importlib.import_module(path))[name]
    limits = plain_work()
    return {**found, "limit": limits[name]} if name in limits else found


def work_of(nn: Any) -> dict[str, Call]:
    """Return what is measured, of one library."""

    def network() -> Any:
        layers = [layer for _ in range(DEPTH) for layer in (nn.Dense(WIDTH), nn.relu)]
        return nn.Sequential(layers)

    key, x = jax.random.key(0), jnp.ones((2, WIDTH))
    net = network()
    variables = net.init(key, x)
    return {
        "apply, traced": lambda: traced(net.apply, variables, x),
        "init, traced": lambda: traced(lambda k, x: network().init(k, x), key, x),
        "apply, eager": lambda: net.apply(variables, x),
        "bind": lambda: net.bind(variables),
        "module_paths": lambda: net.module_paths(key, x),
    }


def traced(fun: Any, *args: Any) -> Any:
    """Trace a function as if JAX had never seen it."""

    def fresh(*args: Any) -> Any:
        return fun(*args)

    return jax.jit(fresh).trace(*args)


def plain_work() -> dict[str, Call]:
    """Return the same by hand."""
    key, x = jax.random.key(0), jnp.ones((2, WIDTH))
    kernel_init = jax.nn.initializers.lecun_normal()

    def init(key: jax.Array, x: jax.Array) -> dict[str, Any]:
        keys = jax.random.split(key, DEPTH)
        shape = (x.shape[-1], WIDTH)
        return {
            f"layers_{2 * n}": {
                "kernel": kernel_init(each, shape),
                "bias": jnp.zeros(WIDTH),
            }
            for n, each in enumerate(keys)
        }

    def apply(params: dict[str, Any], x: jax.Array) -> jax.Array:
        for layer in params.values():
            x = jax.nn.relu(x @ layer["kernel"] + layer["bias"][None])
        return x

    params = init(key, x)
    return {
        "apply, traced": lambda: traced(apply, params, x),
        "init, traced": lambda: traced(init, key, x),
        "apply, eager": lambda: apply(params, x),
    }

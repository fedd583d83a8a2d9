"""Tracing a step of training of a transformer: what a first call pays first.

The limit is the same step written by hand on nested dicts. Time is that of the thread.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import jax
import optax

from bench import transformer
from bench.harness import Call, Case, Contestants, cpu_seconds
from bench.libraries import libraries

LAYERS = (4, 12)


def cases() -> Iterator[Case]:
    """Yield one case per number of layers."""
    for layers in LAYERS:
        yield Case(
            f"tracing/{layers} layers",
            partial(contestants, layers),
            unit="ms",
            limit="jax.jit, optax on dicts",
            goal=1.25,
            measure=cpu_seconds,
            rounds=11,
        )


def contestants(layers: int) -> Contestants:
    """Return the trace of each library and that on dicts."""
    found = libraries()
    traces = {name: module_trace(nnx, layers) for name, nnx in found.items()}
    return {**traces, "limit": dict_trace(found["ramie"], layers)}


def module_trace(nnx: Any, layers: int) -> Call:
    """Return what traces the step of a library, which it never saw before."""
    model = transformer.make_model(nnx, layers)
    optimizer = nnx.Optimizer(model, optax.adam(1e-3), wrt=nnx.Param)
    args = (model, optimizer, *transformer.batch())
    return lambda: nnx.jit(transformer.module_step(nnx)).trace(*args)


def dict_trace(nnx: Any, layers: int) -> Call:
    """Return what traces the step on dicts, which JAX never saw before."""
    tx = optax.adam(1e-3)
    params = transformer.make_params(nnx, layers)
    args = (params, tx.init(params), *transformer.batch())
    return lambda: jax.jit(transformer.dict_step(tx)).trace(*args)

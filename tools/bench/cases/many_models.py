"""Many models of different structure through one compiled step, dropped one by one.

What is kept for each: the program, and never the model. The limit is `jax.jit`, which
keeps the program for each structure of nested dicts.
"""

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from bench.harness import Case, Contestants, reported
from bench.libraries import libraries

MODELS = 40


def cases() -> Iterator[Case]:
    """Yield the memory that is kept, and the models that are."""
    yield Case(
        "many_models/KiB kept for each",
        partial(contestants, bytes_kept),
        unit="KiB",
        limit="jax.jit on nested dicts",
        measure=reported,
        rounds=5,
    )


def contestants(count: Callable[..., float]) -> Contestants:
    """Return what counts what each library keeps, and what JAX does."""
    found = {
        lib: partial(count, partial(make_model, nnx), nnx.jit)
        for lib, nnx in libraries().items()
    }
    return {**found, "limit": partial(count, make_params, jax.jit)}


def make_model(nnx: Any, number: int) -> Any:
    """Return a model of a structure that no other has."""
    model = nnx.Module()
    for name in (f"first_{number}", f"second_{number}", "third"):
        setattr(model, name, nnx.Param(jnp.ones(3)))
    return model


def make_params(number: int) -> Any:
    """Return the same as a dict."""
    names = f"first_{number}", f"second_{number}", "third"
    return {name: jnp.ones(3) for name in names}


def bytes_kept(make: Callable[[int], Any], jit: Callable[..., Any]) -> float:
    """Return the bytes that stay, for each model that went."""
    step = jit(lambda _model: None)
    step(make(-1))
    tracemalloc.start()
    try:
        for number in range(MODELS):
            step(make(number))
        gc.collect()
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return size / MODELS

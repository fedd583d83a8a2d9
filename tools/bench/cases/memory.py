"""What a compiled step of training costs when it runs: memory and arithmetic.

The limit is the same step written by hand on nested dicts. The compiler says both; no
clock is involved, so one round is enough.
"""

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import jax
import optax

from bench import transformer
from bench.harness import Case, Contestants, reported
from bench.libraries import libraries

LAYERS = 2
UNITS = {"temporary memory": "KiB", "arithmetic": "flop"}


def cases() -> Iterator[Case]:
    """Yield the memory beside arguments and results, and the arithmetic."""
    for what, unit in UNITS.items():
        yield Case(
            f"memory/{what}",
            partial(contestants, what),
            unit=unit,
            limit="jax.jit, optax on dicts",
            goal=1.0,
            measure=reported,
            rounds=1,
        )


def contestants(what: str) -> Contestants:
    """Return what the compiled step of each library needs, and that on dicts."""
    found = libraries()
    programs = {name: module_program(nnx) for name, nnx in found.items()}
    programs["limit"] = dict_program(found["ramie"])
    return {name: partial(need, what, each) for name, each in programs.items()}


def need(what: str, compiled: Any) -> float:
    """Return the bytes or the floating point operations of a program."""
    if what == "arithmetic":
        return float(compiled.cost_analysis()["flops"])
    return float(compiled.memory_analysis().temp_size_in_bytes)


@cache
def module_program(nnx: Any) -> Any:
    """Return the compiled step of a library."""
    model = transformer.make_model(nnx, LAYERS)
    optimizer = nnx.Optimizer(model, optax.adam(1e-3), wrt=nnx.Param)
    step = nnx.jit(transformer.module_step(nnx), donate_argnums=(0, 1))
    lowered = step.lower(model, optimizer, *transformer.batch())
    # Some libraries hand out JAX's own, some a wrapper of it.
    compiled = lowered.compile()
    return compiled if hasattr(compiled, "memory_analysis") else compiled.compiled


@cache
def dict_program(nnx: Any) -> Any:
    """Return the compiled step on dicts."""
    tx = optax.adam(1e-3)
    params = transformer.make_params(nnx, LAYERS)
    step = jax.jit(transformer.dict_step(tx), donate_argnums=(0, 1))
    return step.lower(params, tx.init(params), *transformer.batch()).compile()

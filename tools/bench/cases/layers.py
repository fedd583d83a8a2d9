"""Each layer alone: compiled, called without compiling, and traced.

Compiled, the limit is the same formula by hand on a dict of arrays: the compiler must
find the same work, down to the instruction, and a call must take the same time of all
processors together, which is steadier than the clock. Called one operation after the
other and traced, the limit is the reference library, where it is installed.
"""

import re
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp

from bench.harness import Call, Case, Contestants, cpu_seconds, reported, wait
from bench.layer_table import Entry, entries
from bench.libraries import libraries

RATE = 0.01
BY_HAND = "by hand, on dicts"
REFERENCE = "the same of flax"
TIMES = 8
"""How often a call without compilation is repeated, so that the clock can be read."""

COSTS = {"flops": "flop", "bytes accessed": "KiB", "instructions": "ops"}
"""What is counted of a compiled program, and its unit."""

INSTRUCTION = re.compile(r"^ +(?:ROOT )?%\S+ = (?:\([^=]*\)|\S+) ([\w-]+)\(", re.M)
FREE = {"parameter", "constant", "tuple", "get-tuple-element", "bitcast"}


def cases() -> Iterator[Case]:
    """Yield all that is measured of each layer."""
    for entry in entries():
        compiled = {"forward": forward_contestants, "step": step_contestants}
        for what, programs in compiled.items():
            yield Case(
                f"layers/{entry.name} {what}",
                partial(run_contestants, programs, entry),
                limit=BY_HAND,
                goal=1.02,
                measure=work_seconds,
                rounds=51,
            )
            for cost, unit in COSTS.items():
                yield Case(
                    f"layers/{entry.name} {what}, {cost}",
                    partial(cost_contestants, programs, entry, cost),
                    unit=unit,
                    limit=BY_HAND,
                    goal=1.0,
                    measure=reported,
                    rounds=1,
                )
        yield Case(
            f"layers/{entry.name} eager",
            partial(against_reference, eager, entry),
            per=TIMES,
            limit=REFERENCE,
            goal=1.0,
            measure=cpu_seconds,
            rounds=31,
        )
        yield Case(
            f"layers/{entry.name} trace",
            partial(against_reference, trace, entry),
            unit="ms",
            limit=REFERENCE,
            goal=1.2,
            measure=cpu_seconds,
            rounds=21,
        )


Programs = Callable[[Entry], dict[str, tuple[Any, tuple[Any, ...]]]]
"""Functions that are not called yet, compiled by their libraries, with arguments."""


def work_seconds(call: Call) -> float:
    """Measure one call by the time that all threads of the process ran."""
    start = time.process_time()
    wait(call())
    return time.process_time() - start


def run_contestants(programs: Programs, entry: Entry) -> Contestants:
    """Return calls of the compiled programs."""
    return {name: partial(f, *args) for name, (f, args) in programs(entry).items()}


def cost_contestants(programs: Programs, entry: Entry, cost: str) -> Contestants:
    """Return what the compiler says that the programs cost."""

    def cost_of(f: Any, args: Any) -> float:
        compiled = f.lower(*args).compile()
        # Some libraries hand out JAX's own, some a wrapper of it.
        if not hasattr(compiled, "cost_analysis"):
            compiled = compiled.compiled
        if cost == "instructions":
            return count_instructions(compiled.as_text())
        return float(compiled.cost_analysis().get(cost, 0.0))

    return {name: partial(cost_of, *each) for name, each in programs(entry).items()}


def count_instructions(program: str) -> float:
    """Count what an optimised program does, in and outside of its fusions."""
    return float(sum(name not in FREE for name in INSTRUCTION.findall(program)))


def forward_contestants(entry: Entry) -> dict[str, tuple[Any, tuple[Any, ...]]]:
    """Return a call of the layer."""
    found: dict[str, tuple[Any, tuple[Any, ...]]] = {
        name: (nnx.jit(forward), (entry.make(nnx), *entry.inputs()))
        for name, nnx in libraries().items()
    }
    program = jax.jit(entry.by_hand)
    return {**found, "limit": (program, (by_name(entry), *entry.inputs()))}


def forward(layer: Any, *inputs: Any) -> Any:
    """Call the layer."""
    return layer(*inputs)


def step_contestants(entry: Entry) -> dict[str, tuple[Any, tuple[Any, ...]]]:
    """Return a step down the slope of the parameters."""
    found: dict[str, tuple[Any, tuple[Any, ...]]] = {
        name: (nnx.jit(partial(module_step, nnx)), (entry.make(nnx), *entry.inputs()))
        for name, nnx in libraries().items()
    }
    step = jax.jit(partial(dict_step, entry))
    variables = by_name(entry)
    names = {name for name, _ in fixed(entry)}
    rest = {name: variables.pop(name) for name in names}
    return {**found, "limit": (step, (variables, rest, *entry.inputs()))}


def module_step(nnx: Any, layer: Any, *inputs: Any) -> jax.Array:
    """Do the step on a module."""
    loss: jax.Array
    loss, slopes = nnx.value_and_grad(lambda layer: loss_of(layer(*inputs)))(layer)
    nnx.update(layer, jax.tree.map(downhill, nnx.state(layer, nnx.Param), slopes))
    return loss


def dict_step(entry: Entry, params: Any, rest: Any, *inputs: Any) -> Any:
    """Do the step on dicts."""

    def program(params: Any) -> tuple[jax.Array, Any]:
        y, changed = entry.by_hand({**params, **rest}, *inputs)
        return loss_of(y), changed

    (loss, changed), slopes = jax.value_and_grad(program, has_aux=True)(params)
    return loss, jax.tree.map(downhill, params, slopes), changed


def loss_of(outputs: Any) -> jax.Array:
    """Return a number whose slope needs all of the outputs."""
    total: jax.Array = jnp.zeros(())
    for y in jax.tree.leaves(outputs):
        total += (y * y).mean()
    return total


def downhill(value: jax.Array, slope: jax.Array) -> jax.Array:
    """Return the value after the step."""
    after: jax.Array = value - RATE * slope
    return after


@cache
def plain_layer(entry: Entry) -> Any:
    """Return a layer of ramie for its variables."""
    return entry.make(libraries()["ramie"])


def by_name(entry: Entry) -> dict[str, Any]:
    """Return copies of the variables of a layer as nested dicts."""
    nnx = libraries()["ramie"]
    pure = nnx.to_pure_dict(nnx.state(plain_layer(entry), (nnx.Param, nnx.BatchStat)))
    return dict(jax.tree.map(jnp.array, pure))


def fixed(entry: Entry) -> Any:
    """Return the variables that a step does not move downhill."""
    nnx = libraries()["ramie"]
    return nnx.to_pure_dict(nnx.state(plain_layer(entry), nnx.BatchStat)).items()


def against_reference(work: Callable[[Any, Entry], Call], entry: Entry) -> Contestants:
    """Return the work of ramie, and as its limit that of the reference."""
    names = {"ramie": "ramie", "flax": "limit"}
    return {names[name]: work(nnx, entry) for name, nnx in libraries().items()}


def eager(nnx: Any, entry: Entry) -> Call:
    """Return calls of a layer whose operations run one after the other."""
    layer = entry.make(nnx)
    inputs = jax.tree.map(lambda x: x[:1], entry.inputs())
    wait(layer(*inputs))

    def call() -> None:
        for _ in range(TIMES):
            layer(*inputs)

    return call


def trace(nnx: Any, entry: Entry) -> Call:
    """Return what traces a call of a layer, as if for the first time."""
    layer, inputs = entry.make(nnx), entry.inputs()
    # A function of its own each time, so that JAX has never seen it.
    return lambda: nnx.jit(lambda *args: forward(*args)).trace(layer, *inputs)  # noqa: PLW0108

"""A compiled step that reads and writes a few variables of a model of 3,000.

The limit is the same in `jax.jit`, which is passed all arrays and returns those few.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from bench.harness import Call, Case, Contestants
from bench.libraries import libraries
from bench.models import make_stack, plain_leaves

BLOCKS = 500
"""Of six variables each."""


def cases() -> Iterator[Case]:
    """Yield one case per number of variables that are written."""
    for count in (1, 3):
        yield Case(
            f"one_of_thousands/{count} of {6 * BLOCKS}",
            partial(contestants, count),
            limit="jax.jit on the flat leaves, those few returned",
            goal=0.5,
        )


def contestants(count: int) -> Contestants:
    """Return the step of each library and that on a list."""
    found = libraries()
    steps = {name: object_step(nnx, count) for name, nnx in found.items()}
    return {**steps, "limit": flat_step(found["ramie"], count)}


def object_step(nnx: Any, count: int) -> Call:
    """Return the step on a model, and have one of its arrays waited for."""

    def step(model: Any, x: jax.Array) -> None:
        for block in model.blocks[:count]:
            block.linear.bias[...] += x

    model = make_stack(nnx, BLOCKS)
    compiled = nnx.jit(step)
    x = jnp.ones(4)

    def call() -> jax.Array:
        compiled(model, x)
        last: jax.Array = model.blocks[0].linear.bias.get_value()
        return last

    return call


def flat_step(nnx: Any, count: int) -> Call:
    """Return the step on a list of arrays, and have one of them waited for."""
    now = plain_leaves(nnx, make_stack(nnx, BLOCKS))
    x = jnp.ones(4)
    few = [n for n, leaf in enumerate(now) if leaf.shape == x.shape][:count]

    def step(leaves: list[jax.Array], x: jax.Array) -> list[jax.Array]:
        return [leaves[n] + x for n in few]

    compiled = jax.jit(step)

    def call() -> jax.Array:
        for n, new in zip(few, compiled(now, x), strict=True):
            now[n] = new
        return now[few[0]]

    return call

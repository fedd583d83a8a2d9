"""A compiled step that writes every cell of model and optimizer.

The limit is `jax.jit` on a flat list of the same arrays, which returns them all.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import jax

from bench.harness import Call, Case, Contestants
from bench.libraries import libraries
from bench.models import make_pair, plain_leaves


def cases() -> Iterator[Case]:
    """Yield each number of blocks, as it is and with donated arguments."""
    for blocks in (50, 200):
        for donate in (False, True):
            yield Case(
                f"every_cell/{blocks} blocks{', donated' if donate else ''}",
                partial(contestants, blocks, donate),
                limit="jax.jit on the flat leaves, all returned",
                goal=1.1,
            )


def contestants(blocks: int, donate: bool) -> Contestants:
    """Return the step of each library and that on a list."""
    found = libraries()
    steps = {name: object_step(nnx, blocks, donate) for name, nnx in found.items()}
    return {**steps, "limit": flat_step(found["ramie"], blocks, donate)}


def object_step(nnx: Any, blocks: int, donate: bool) -> Call:
    """Return the step on objects, and have an array of the model waited for."""

    def step(model: Any, optimizer: Any) -> None:
        for _, each in nnx.iter_graph((model, optimizer)):
            if isinstance(each, nnx.Variable):
                each[...] = each[...] + 1

    model, optimizer = make_pair(nnx, blocks)
    compiled = nnx.jit(step, donate_argnums=(0, 1) if donate else ())

    def call() -> jax.Array:
        compiled(model, optimizer)
        last: jax.Array = model.blocks[0].linear.bias.get_value()
        return last

    return call


def flat_step(nnx: Any, blocks: int, donate: bool) -> Call:
    """Return the step on a list of arrays, and have one of them waited for."""

    def step(leaves: list[jax.Array]) -> list[jax.Array]:
        return [leaf + 1 for leaf in leaves]

    now = plain_leaves(nnx, *make_pair(nnx, blocks))
    compiled = jax.jit(step, donate_argnums=0 if donate else ())

    def call() -> jax.Array:
        now[:] = compiled(now)
        return now[0]

    return call

"""A compiled step over model and optimizer that does nothing: the cost of a call.

The limit is `jax.jit` on a flat list of the same arrays.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import jax

from bench import equinox_models
from bench.harness import Call, Case, Contestants
from bench.libraries import equinox, libraries
from bench.models import make_pair, plain_leaves

BLOCKS = (5, 50, 200)


def cases() -> Iterator[Case]:
    """Yield one case per number of blocks."""
    for blocks in BLOCKS:
        yield Case(
            f"noop_step/{blocks} blocks",
            partial(contestants, blocks),
            limit="jax.jit on the flat leaves",
            # Few leaves cost less than a call does; there it is microseconds.
            goal=0.5 if blocks >= 50 else None,
        )


def contestants(blocks: int) -> Contestants:
    """Return the step of each library and that on a list."""
    found = libraries()
    steps = {name: object_step(nnx, blocks) for name, nnx in found.items()}
    if (eqx := equinox()) is not None:
        steps["equinox"] = equinox_models.noop_step(eqx, blocks)
    return {**steps, "limit": flat_step(found["ramie"], blocks)}


def object_step(nnx: Any, blocks: int) -> Call:
    """Return a no-op step on objects."""
    model, optimizer = make_pair(nnx, blocks)
    step = nnx.jit(lambda _model, _optimizer: None)
    return lambda: step(model, optimizer)


def flat_step(nnx: Any, blocks: int) -> Call:
    """Return a no-op step on a list of arrays."""
    leaves = plain_leaves(nnx, *make_pair(nnx, blocks))
    step = jax.jit(lambda _leaves: None)
    return lambda: step(leaves)

"""Drawing a key, a sample, and splitting; the limit is `jax.random` alone."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import jax

from bench.harness import Call, Case, Contestants
from bench.libraries import libraries

LIMITS = {
    "key": "fold_in",
    "sample": "fold_in and normal",
    "split": "fold_in and split",
}


def cases() -> Iterator[Case]:
    """Yield drawing, sampling and splitting."""
    for name, limit in LIMITS.items():
        yield Case(f"rngs/{name}", partial(contestants, name), limit=limit)


def contestants(name: str) -> Contestants:
    """Return one operation of each library, and with plain keys."""
    found = {lib: operations(nnx)[name] for lib, nnx in libraries().items()}
    return {**found, "limit": key_operations()[name]}


def operations(nnx: Any) -> dict[str, Call]:
    """Return the operations on the streams of one library."""
    rngs = nnx.Rngs(0)
    return {
        "key": rngs.default,
        "sample": lambda: rngs.normal((8,)),
        "split": lambda: rngs.split(4).default.key[...],
    }


def key_operations() -> dict[str, Call]:
    """Return the operations on a key, the count being given."""
    root, count = jax.random.key(0), jax.numpy.uint32(7)

    def key() -> jax.Array:
        return jax.random.fold_in(root, count)

    return {
        "key": key,
        "sample": lambda: jax.random.normal(key(), (8,)),
        "split": lambda: jax.random.split(key(), 4),
    }

"""Making, reading and writing one variable; the limit is an object with a slot."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from bench.cases.graph_ops import Box
from bench.harness import Call, Case, Contestants
from bench.libraries import libraries

TIMES = 100
"""How often a call repeats its work, so that calling it does not show."""


def cases() -> Iterator[Case]:
    """Yield making, reading and writing."""
    for name in ("make", "read", "write"):
        yield Case(
            f"variable/{name}",
            partial(contestants, name),
            per=TIMES,
            unit="ns",
            limit="an object with a slot",
        )


def contestants(name: str) -> Contestants:
    """Return one operation of each library, and on a plain object."""
    array = jnp.ones(3)
    found = {lib: operations(nnx, array)[name] for lib, nnx in libraries().items()}
    return {**found, "limit": box_operations(array)[name]}


def operations(nnx: Any, array: jax.Array) -> dict[str, Call]:
    """Return the operations on the variable of one library."""
    variable = nnx.Param(array)

    def make() -> None:
        for _ in range(TIMES):
            nnx.Param(array)

    def read() -> None:
        for _ in range(TIMES):
            variable.get_value()

    def write() -> None:
        for _ in range(TIMES):
            variable.set_value(array)

    return {"make": make, "read": read, "write": write}


def box_operations(array: jax.Array) -> dict[str, Call]:
    """Return the operations on an object with one slot."""
    box = Box(array)

    def make() -> None:
        for _ in range(TIMES):
            Box(array)

    def read() -> None:
        for _ in range(TIMES):
            box.value  # noqa: B018  (reading it is the work)

    def write() -> None:
        for _ in range(TIMES):
            box.value = array

    return {"make": make, "read": read, "write": write}

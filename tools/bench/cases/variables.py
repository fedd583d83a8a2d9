"""One variable: making, reading, writing, computing with it; and what it weighs.

The limit is a plain object with the same fields, and for arithmetic the arrays
themselves. Goals beside the limit: 3 µs more to make one, 60 ns more to read one,
1 µs more for an operator, 1 KiB beyond the array.
"""

import tracemalloc
from collections.abc import Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from bench.harness import Call, Case, Contestants, reported
from bench.libraries import libraries

TIMES = 100
"""How often a call repeats its work, so that calling it does not show."""

PLAIN = "an object with the same fields"
LIMITS = {
    "make": PLAIN,
    "make with metadata": PLAIN,
    "read": PLAIN,
    "index all": PLAIN,
    "write": PLAIN,
    "add": "the arrays",
    "in place": "the arrays",
    "matmul": "the arrays",
}


def cases() -> Iterator[Case]:
    """Yield what is done with one variable, and what many weigh."""
    for name, limit in LIMITS.items():
        yield Case(
            f"variable/{name}",
            partial(contestants, name),
            per=TIMES,
            unit="ns",
            limit=limit,
        )
    yield Case(
        "variable/memory of one",
        weights,
        unit="KiB",
        limit=PLAIN,
        measure=reported,
        rounds=3,
    )


def contestants(name: str) -> Contestants:
    """Return one operation of each library, and that of the limit."""
    array = jnp.ones((3, 3))
    found = {lib: operations(nnx, array)[name] for lib, nnx in libraries().items()}
    return {**found, "limit": limits(array)[name]}


def operations(nnx: Any, array: jax.Array) -> dict[str, Call]:
    """Return the operations on the variable of one library."""
    variable = nnx.Param(array)
    return {
        "make": repeated(lambda: nnx.Param(array)),
        "make with metadata": repeated(lambda: nnx.Param(array, note="n")),
        "read": repeated(lambda: variable.value),
        "index all": repeated(lambda: variable[...]),
        "write": repeated(lambda: variable.set_value(array)),
        "add": repeated(lambda: variable + array),
        "in place": repeated(lambda: variable.set_value(variable * 1.0)),
        "matmul": repeated(lambda: variable @ array),
    }


def limits(array: jax.Array) -> dict[str, Call]:
    """Return the operations on a plain object, or on the array."""
    plain = Plain(array, None)

    def write() -> None:
        plain.value = array

    def write_product() -> None:
        plain.value = plain.value * 1.0

    return {
        "make": repeated(lambda: Plain(array, None)),
        "make with metadata": repeated(lambda: Plain(array, {"note": "n"})),
        "read": repeated(lambda: plain.value),
        "index all": repeated(lambda: plain.value),
        "write": repeated(write),
        "add": repeated(lambda: array + array),
        "in place": repeated(write_product),
        "matmul": repeated(lambda: array @ array),
    }


class Plain:
    """An object with the fields of a variable, and nothing else."""

    __slots__ = ("metadata", "rules", "trace", "value", "view", "watchers")

    def __init__(self, value: Any, metadata: Any) -> None:
        """Fill the fields."""
        self.value, self.metadata = value, metadata
        self.trace = self.view = self.watchers = self.rules = None


def repeated(work: Call) -> Call:
    """Return a call that does the work often, and returns nothing to wait for."""

    def call() -> None:
        for _ in range(TIMES):
            work()

    return call


def weights() -> Contestants:
    """Return what weighs the variables of each library, and plain objects."""
    array = jnp.ones(3)
    found = {lib: partial(weigh, nnx.Param, array) for lib, nnx in libraries().items()}
    return {**found, "limit": partial(weigh, Plain, array, None)}


def weigh(make: Any, *args: Any) -> float:
    """Return the bytes of one of many objects, without the array they hold."""
    count = 10_000
    tracemalloc.start()
    try:
        kept = [make(*args) for _ in range(count)]
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return size / len(kept)

"""Copy many arrays at once, so that donating the ones leaves the others whole.

A copy made alone costs ten times what it costs as part of a compiled program. But a
program for all arrays of a model would be compiled anew for each model, so arrays of
one type are copied in batches of a few fixed sizes.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

BATCHES = (64, 8, 1)
"""How many arrays one program copies. Each size is compiled once for each type."""


def copy_arrays(contents: Sequence[Any]) -> list[Any]:
    """The same values in buffers of their own.

    Args:
        contents: arrays, or pytrees of them. Tracers, abstract values and whatever
            is no array are passed on: nothing can be donated there.

    Returns:
        The copies, in order, with types and shardings as they were.
    """
    values, treedef = jax.tree.flatten(list(contents))
    groups: dict[Any, list[int]] = {}
    for number, value in enumerate(values):
        if isinstance(value, np.ndarray):
            values[number] = value.copy()
        elif isinstance(value, jax.Array) and not isinstance(value, jax.core.Tracer):
            groups.setdefault((value.aval, value.sharding), []).append(number)
    for numbers in groups.values():
        for batch in _batches(numbers):
            copies = _copy([values[n] for n in batch])
            for number, array in zip(batch, copies, strict=True):
                values[number] = array
    copied: list[Any] = jax.tree.unflatten(treedef, values)
    return copied


def _batches(numbers: list[int]) -> Iterator[list[int]]:
    start = 0
    for size in BATCHES:
        while len(numbers) - start >= size:
            yield numbers[start : start + size]
            start += size


@jax.jit
def _copy(arrays: list[Any]) -> list[Any]:
    return [jnp.copy(array) for array in arrays]

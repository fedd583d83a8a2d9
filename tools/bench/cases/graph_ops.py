"""Taking a graph apart and putting it together, per variable.

Two limits bound each operation from below: a list comprehension that touches every
cell, and the same operation of `jax.tree` on nested dicts of the same arrays.
"""

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import jax

from bench.harness import Call, Case, Contestants
from bench.libraries import libraries
from bench.models import make_stack, plain_dict, plain_leaves

BLOCKS = 50


def cases() -> Iterator[Case]:
    """Yield each operation against both limits."""
    for name, (touching, tree) in LIMITS.items():
        for short, limit in (("cells", touching), ("tree", tree)):
            yield Case(
                f"graph/{name} vs {short}",
                partial(contestants, name, short),
                per=BLOCKS * VARIABLES,
                limit=limit,
            )


VARIABLES = 6
"""Of a block: kernel and bias, scale and bias, mean and variance."""

LIMITS = {
    "split": ("read each", "jax.tree.flatten"),
    "merge": ("make each", "jax.tree.unflatten"),
    "state": ("read each", "jax.tree.flatten"),
    "update": ("write each", "jax.tree.flatten, unflatten"),
    "clone": ("make each", "jax.tree.map"),
}


def contestants(name: str, short: str) -> Contestants:
    """Return one operation of each library, and its limit."""
    limits = {"cells": cell_operations, "tree": dict_operations}
    found = {lib: operations(nnx)[name] for lib, nnx in libraries().items()}
    return {**found, "limit": limits[short]()[name]}


@cache
def operations(nnx: Any) -> dict[str, Call]:
    """Return the five operations of one library on its own stack."""
    stack = make_stack(nnx, BLOCKS)
    graphdef, state = nnx.split(stack)
    return {
        "split": lambda: _drop(nnx.split(stack)),
        "merge": lambda: _drop(nnx.merge(graphdef, state)),
        "state": lambda: _drop(nnx.state(stack)),
        "update": lambda: _drop(nnx.update(stack, state)),
        "clone": lambda: _drop(nnx.clone(stack)),
    }


@cache
def dict_operations() -> dict[str, Call]:
    """Return the nearest thing that `jax.tree` does."""
    nnx = libraries()["ramie"]
    tree = plain_dict(nnx, make_stack(nnx, BLOCKS))
    leaves: list[Any] = jax.tree.leaves(tree)
    treedef: Any = jax.tree.structure(tree)
    return {
        "split": lambda: _drop(jax.tree.flatten(tree)),
        "merge": lambda: _drop(treedef.unflatten(leaves)),
        "state": lambda: _drop(jax.tree.flatten(tree)),
        "update": lambda: _drop(treedef.unflatten(jax.tree.leaves(tree))),
        "clone": lambda: _drop(jax.tree.map(lambda leaf: leaf, tree)),
    }


@cache
def cell_operations() -> dict[str, Call]:
    """Return loops that read, write or make as many plain cells."""
    nnx = libraries()["ramie"]
    boxes = [Box(leaf) for leaf in plain_leaves(nnx, make_stack(nnx, BLOCKS))]
    values = [box.value for box in boxes]

    def write() -> None:
        for box, value in zip(boxes, values, strict=True):
            box.value = value

    return {
        "split": lambda: _drop([box.value for box in boxes]),
        "merge": lambda: _drop([Box(value) for value in values]),
        "state": lambda: _drop([box.value for box in boxes]),
        "update": write,
        "clone": lambda: _drop([Box(box.value) for box in boxes]),
    }


class Box:
    """The least a mutable cell can be."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        """Hold a value."""
        self.value = value


def _drop(_: Any) -> None:
    """Return nothing, so that the clock does not wait for arrays that are there."""

"""Operations on graphs of 5 to 50,000 cells, per cell.

Two limits bound each operation from below: a list comprehension over as many plain
cells, and what `jax.tree` does on nested dicts of the same arrays. The largest size
is for the growth alone, and leaves the other library out.
"""

from collections.abc import Iterator, Sequence
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp

from bench.harness import ROUNDS, Call, Case, Contestants
from bench.libraries import libraries

SIZES = {5: ROUNDS, 50: ROUNDS, 500: 15, 5_000: 5, 50_000: 3}
"""Cells, and how many samples to take: one of the largest takes long."""

ALONE = 50_000
"""From this size on no other library runs."""

CELLS = 5
"""Of a node."""

LIMITS = {
    "split": ("read each", "jax.tree.flatten"),
    "split by type": ("read each", "jax.tree.flatten"),
    "state": ("read each", "jax.tree.flatten"),
    "update": ("write each", "flatten, unflatten"),
    "clone": ("make each", "jax.tree.map"),
    "clone and arrays": ("make each", "jax.tree.map(jnp.copy)"),
    "merge": ("make each", "jax.tree.unflatten"),
    "flatten after an edit": ("read each", "jax.tree.flatten"),
    "iter_graph": ("read each", "jax.tree.leaves_with_path"),
    "map": ("make each", "jax.tree.map"),
    "pop and put back": ("read each", "flatten, unflatten"),
}
"""By operation: what the loop does, and what JAX does."""


def cases() -> Iterator[Case]:
    """Yield each operation at each size against both limits."""
    for name, (touching, tree) in LIMITS.items():
        for short, limit in (("cells", touching), ("tree", tree)):
            for size, rounds in SIZES.items():
                yield Case(
                    f"graph/{name} vs {short}, {size}",
                    partial(contestants, name, short, size),
                    per=size,
                    rounds=rounds,
                    limit=limit,
                    series=f"graph/{name} vs {short}",
                )


def contestants(name: str, short: str, size: int) -> Contestants:
    """Return one operation of each library, and its limit."""
    limits = {"cells": cell_operations, "tree": dict_operations}
    found = {
        lib: operations(lib, size)[name]
        for lib in libraries()
        if lib == "ramie" or size < ALONE
    }
    return {**found, "limit": limits[short](size)[name]}


def make_graph(nnx: Any, size: int) -> Any:
    """Return a node of nodes of `CELLS` parameters each, `size` parameters in all."""

    class Node(nnx.Module):  # type: ignore[misc]  # the library is a parameter
        def __init__(self) -> None:
            for number in range(CELLS):
                setattr(self, f"p{number}", nnx.Param(jnp.zeros(4)))

    class Graph(nnx.Module):  # type: ignore[misc]  # likewise
        def __init__(self) -> None:
            self.nodes = nnx.List([Node() for _ in range(size // CELLS)])

    return Graph()


@cache
def operations(library: str, size: int) -> dict[str, Call]:
    """Return the operations of one library on its own graph."""
    nnx = libraries()[library]
    graph = make_graph(nnx, size)
    graphdef, state = nnx.split(graph)
    # Whether a clone copies arrays goes without saying in one library only.
    share, copy = {"arrays": False}, {"arrays": True}

    def after_an_edit() -> None:
        graph.edited = not getattr(graph, "edited", False)
        nnx.graphlib.flatten(graph)

    def pop_and_put_back() -> None:
        node = graph.nodes[0]
        popped = nnx.pop(graph, nnx.PathContains("p0"))
        for number, node in enumerate(graph.nodes):
            node.p0 = popped["nodes"][number]["p0"]

    return {
        "split": lambda: _drop(nnx.split(graph)),
        "split by type": lambda: _drop(nnx.split(graph, nnx.Param, ...)),
        "state": lambda: _drop(nnx.state(graph)),
        "update": lambda: _drop(nnx.update(graph, state)),
        "clone": lambda: _drop(nnx.clone(graph, **share)),
        "clone and arrays": lambda: nnx.state(nnx.clone(graph, **copy)),
        "merge": lambda: _drop(nnx.merge(graphdef, state)),
        "flatten after an edit": after_an_edit,
        "iter_graph": lambda: _drop(list(nnx.iter_graph(graph))),
        "map": lambda: _drop(nnx.map(lambda _, leaf: leaf, graph)),
        "pop and put back": pop_and_put_back,
    }


@cache
def arrays(size: int) -> Sequence[jax.Array]:
    """Return as many arrays as the graphs hold."""
    return [jnp.zeros(4) for _ in range(size)]


@cache
def dict_operations(size: int) -> dict[str, Call]:
    """Return the nearest thing that `jax.tree` does."""
    values = iter(arrays(size))
    tree = {
        number: {f"p{n}": next(values) for n in range(CELLS)}
        for number in range(size // CELLS)
    }
    leaves: list[Any] = jax.tree.leaves(tree)
    treedef: Any = jax.tree.structure(tree)

    def flatten() -> None:
        jax.tree.flatten(tree)

    def rebuild() -> None:
        treedef.unflatten(jax.tree.leaves(tree))

    def each() -> None:
        jax.tree.map(lambda leaf: leaf, tree)

    return {
        "split": flatten,
        "split by type": flatten,
        "state": flatten,
        "update": rebuild,
        "clone": each,
        "clone and arrays": lambda: jax.tree.map(jnp.copy, tree),
        "merge": lambda: _drop(treedef.unflatten(leaves)),
        "flatten after an edit": flatten,
        "iter_graph": lambda: _drop(jax.tree.leaves_with_path(tree)),
        "map": each,
        "pop and put back": rebuild,
    }


@cache
def cell_operations(size: int) -> dict[str, Call]:
    """Return loops that read, write or make as many plain cells."""
    values = list(arrays(size))
    boxes = [Box(value) for value in values]

    def read() -> None:
        _drop([box.value for box in boxes])

    def write() -> None:
        for box, value in zip(boxes, values, strict=True):
            box.value = value

    def make() -> None:
        _drop([Box(box.value) for box in boxes])

    loops = {"read each": read, "write each": write, "make each": make}
    return {name: loops[touching] for name, (touching, _) in LIMITS.items()}


class Box:
    """The least a mutable cell can be."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        """Hold a value."""
        self.value = value


def _drop(_: Any) -> None:
    """Return nothing, so that the clock does not wait for arrays that are there."""

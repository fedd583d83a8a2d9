"""Sizes: elements and bytes of the Variables of a model, each counted once.

A Variable that several modules share is counted where its first path leads.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import jax

from ramie.graph import flatten
from ramie.graph.extend import CellDef, Child, NodeDef, content_of, show_path
from ramie.graph.typing import Path
from ramie.variables import Variable

from .._containers import Dict, List
from .._module import Module
from ..rngs import RngState, RngStream
from ._calls import shapes_of
from ._tree_text import show_tree


@dataclass(frozen=True, slots=True)
class Size:
    """One Variable: its path, its type, the path of what holds it, how much it is."""

    path: Path
    type: type
    owner: Path
    shapes: Any
    elements: int
    bytes: int

    @property
    def text(self) -> str:
        """Name and shape, as seen from its owner."""
        name = show_path(self.path[len(self.owner) :])
        return show_tree({name: self.shapes})


def sizes_of(model: Any) -> list[Size]:
    """The size of each Variable of a model, in the order of paths."""
    core, leaves = flatten(model, graph=True)
    found: list[Size] = []
    seen: set[int] = set()
    stack: list[tuple[Path, Path, Any]] = [((), (), Child(0))]
    while stack:
        path, owner, entry = stack.pop()
        if not isinstance(entry, Child) or entry.index in seen:
            continue
        seen.add(entry.index)
        definition = core.nodes[entry.index]
        if isinstance(definition, CellDef):
            _, cell = leaves[definition.leaf]
            found.append(_size(path, owner, cell))
        elif isinstance(definition, NodeDef):
            owner = path if _is_owner(definition.type) else owner
            stack += [
                ((*path, key), owner, each)
                for key, each in reversed(definition.attributes)
            ]
    return found


def _size(path: Path, owner: Path, cell: Any) -> Size:
    cls = cell.type if isinstance(cell, Variable) else type(cell)
    shapes = shapes_of(content_of(cell))
    arrays = [leaf for leaf in jax.tree.leaves(shapes) if hasattr(leaf, "shape")]
    counts = [math.prod(array.shape) for array in arrays]
    size = sum(
        n * array.dtype.itemsize for n, array in zip(counts, arrays, strict=True)
    )
    family = RngState if issubclass(cls, RngState) else cls
    return Size(path, family, owner, shapes, sum(counts), size)


def _is_owner(cls: type) -> bool:
    """Whether Variables are spelled at such a node, not at the module around it."""
    if issubclass(cls, (List, Dict)):
        return False
    return issubclass(cls, (Module, RngStream))

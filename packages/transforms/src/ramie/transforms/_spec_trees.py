"""Trees of shardings: what is written for each argument, result and leaf.

They are prefixes: what stands in one place is for all below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax

from ramie.graph.extend import (
    CellKind,
    NodeKind,
    content_of,
    is_object,
    kind_of,
    view_of,
)
from ramie.graph.typing import Path

from ._agreement import Returned
from ._arguments import tree_paths
from ._axes import child_of
from ._prefix_mapping import PrefixMapping
from .errors import ShardingPrefixError


def per_argument(spec: Any, args: list[tuple[Any, bool]], name: str) -> list[Any]:
    """What is written for each positional argument."""
    if not isinstance(spec, (tuple, list)):
        return [None if skipped else spec for _, skipped in args]
    written = sum(not skipped for _, skipped in args)
    if len(spec) != written:
        why = f"it has {len(spec)} entries for {written} positional arguments"
        raise ShardingPrefixError((name,), why)
    rest = iter(spec)
    return [None if skipped else next(rest) for _, skipped in args]


def broadcast(spec: Any, tree: Any, where: Path) -> list[tuple[Path, Any, Any]]:
    """Path, leaf or object, and what is written for it, for all of a tree."""
    treedef: Any
    leaves, treedef = jax.tree.flatten(tree, is_leaf=_is_one)
    outline = treedef.unflatten(range(len(leaves)))
    try:
        said = jax.tree.broadcast(spec, outline, is_leaf=_is_one)
    except ValueError as error:
        raise ShardingPrefixError(where, str(error)) from error
    specs = jax.tree.leaves(said, is_leaf=_is_one)
    return list(zip(tree_paths(treedef), leaves, specs, strict=True))


def _is_one(value: Any) -> bool:
    return (
        value is None
        or is_object(value)
        or isinstance(value, (PrefixMapping, Returned))
    )


def specs_of(spec: Any, item: Any, where: Path) -> Iterator[tuple[Path, Any]]:
    """Path and sharding of each leaf of an object."""
    view = view_of(item)
    for path, leaf in zip(view.graphdef.paths, view.leaves, strict=True):
        try:
            yield path, _at(spec, path, leaf)
        except LookupError:
            why = "the module of shardings has no such"
            raise ShardingPrefixError((*where, *path), why) from None
        except ShardingPrefixError as error:
            raise ShardingPrefixError((*where, *path), error.why) from None


def _at(spec: Any, path: Path, leaf: Any) -> Any:
    """What stands for a leaf: one thing for all, or in a container of shardings."""
    for depth in range(len(path) + 1):
        if isinstance(spec, PrefixMapping):
            return spec.map_prefix(path[depth:], leaf)
        if not isinstance(kind_of(spec), (NodeKind, CellKind)):
            return spec
        if depth < len(path):
            spec = child_of(spec, path[depth])
    return content_of(spec)

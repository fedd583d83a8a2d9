"""Trees of shardings: what is written for each argument, result and leaf.

They are prefixes: what stands in one place is for all below it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, TypeAlias

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
from ._axes import RETURNED
from ._axis_prefix import child_of
from ._places import other_paths
from ._prefix_mapping import PrefixMapping
from .errors import PrefixAliasingError, ShardingPrefixError


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


Said: TypeAlias = tuple[Any, Path]
"""A sharding, and where it is said: `in_shardings` or so, and the path there."""


def specs_of(spec: Any, item: Any, where: Path) -> Iterator[tuple[Path, Any]]:
    """Path and sharding of each leaf of an object.

    Raises:
        ShardingPrefixError: nothing is said of a leaf.
        PrefixAliasingError: two paths lead to one, and different things are said.
    """
    view = view_of(item)
    paths = view.graphdef.paths
    said: list[Said] = []
    for path, leaf in zip(paths, view.leaves, strict=True):
        try:
            said.append((_at(spec, path, leaf), (*where, *path)))
        except LookupError:
            why = "the module of shardings has no such"
            raise ShardingPrefixError((*where, *path), why) from None
        except ShardingPrefixError as error:
            raise ShardingPrefixError((*where, *path), error.why) from None
    if _goes_deeper(spec):
        for number, again in other_paths(item, paths):
            # A State of shardings has one path of each.
            with contextlib.suppress(LookupError, ShardingPrefixError):
                other = _at(spec, again, view.leaves[number]), (*where, *again)
                said[number] = agreed(said[number], other)
    for path, (sharding, _) in zip(paths, said, strict=True):
        yield path, sharding


def agreed(first: Said, second: Said) -> Said:
    """What two places say of one object, of which one may say nothing.

    Raises:
        PrefixAliasingError: they say different things.
    """
    if first[0] is None or second[0] in (None, first[0]):
        return second if first[0] is None else first
    (known, where), (other, other_where) = first, second
    raise PrefixAliasingError(
        str(where[0]), in_words(where), known, in_words(other_where), other
    )


def in_words(where: Path, skipped: int = 0) -> Path:
    """The place that something is said of.

    Args:
        where: it is said.
        skipped: how many arguments are not the user's.
    """
    name, *place = where
    if not place and str(name).startswith("in_"):
        return ("a keyword argument",)
    if str(name).startswith("in_"):
        return (f"argument {int(place[0]) - skipped}", *place[1:])
    return (RETURNED, *place)


def _goes_deeper(spec: Any) -> bool:
    """Whether it may say different things of different leaves."""
    is_container = isinstance(kind_of(spec), (NodeKind, CellKind))
    return is_container or isinstance(spec, PrefixMapping)


def _at(spec: Any, path: Path, leaf: Any) -> Any:
    """What stands for a leaf: one thing for all, or in a container of shardings."""
    for depth in range(len(path) + 1):
        if isinstance(spec, PrefixMapping):
            return spec.map_prefix(path[depth:], leaf)
        if not _goes_deeper(spec):
            return spec
        if depth < len(path):
            spec = child_of(spec, path[depth])
    return content_of(spec)

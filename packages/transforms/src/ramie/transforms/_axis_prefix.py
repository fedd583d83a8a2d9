"""Axis prefixes: what `in_axes` and `out_axes` say of one array or Variable.

A prefix is an axis, which stands for all that is below it, or a container of prefixes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from ramie.graph.extend import NodeKind, Static, content_of, kind_of
from ramie.graph.typing import Path

from ._state_axes import Axis, is_axis
from .errors import AxesPrefixError


def fit(prefix: Any, tree: Any, what: str, place: Path) -> None:
    """Raise AxesPrefixError unless containers of a prefix have items as a tree has.

    Args:
        prefix: a prefix.
        tree: what it is for.
        what: `in_axes` or `out_axes`, for errors.
        place: of the tree, for errors.
    """
    if isinstance(prefix, (tuple, list)) and isinstance(tree, (tuple, list)):
        if len(prefix) != len(tree):
            why = f"{what} has {len(prefix)} entries for {len(tree)} items"
            raise AxesPrefixError(place, why)
        for number, (below, item) in enumerate(zip(prefix, tree, strict=True)):
            fit(below, item, what, (*place, number))
    elif type(prefix) is dict and isinstance(tree, dict):
        for key, below in prefix.items():
            if key not in tree:
                raise AxesPrefixError(place, f"{what} has {key!r}, which is not there")
            fit(below, tree[key], what, (*place, key))


def axis_at(prefix: Any, path: Path, leaf: Any, what: str, place: Path) -> Axis:
    """The axis that a prefix gives to the leaf at a path below it.

    Args:
        prefix: an axis, something with `map_prefix`, or a container of prefixes: a
            tuple, a dict, a State, a module that holds axes.
        path: of the leaf.
        leaf: the Variable or array, for filters.
        what: `in_axes` or `out_axes`, for errors.
        place: where the leaf is, for errors.

    Raises:
        AxesPrefixError: the prefix says nothing for this leaf, or no axis.
    """
    for depth in range(len(path) + 1):
        if is_axis(prefix):
            found: Axis = prefix
            return found
        if hasattr(type(prefix), "map_prefix"):
            try:
                found = prefix.map_prefix(path[depth:], leaf)
            except AxesPrefixError as error:
                raise AxesPrefixError(place, error.why) from None
            return _checked(found, what, place)
        if depth < len(path):
            try:
                prefix = content_of(child_of(prefix, path[depth]))
            except LookupError:
                why = f"{what} has nothing for it: {_short(prefix)} does not fit"
                raise AxesPrefixError(place, why) from None
    return _checked(prefix, what, place)


def _checked(axis: Any, what: str, place: Path) -> Axis:
    if not is_axis(axis):
        raise AxesPrefixError(place, f"{what} has {_short(axis)} for it, not an axis")
    found: Axis = axis
    return found


def _short(value: Any) -> str:
    return (
        repr(value) if isinstance(value, (str, bool, float)) else type(value).__name__
    )


def child_of(container: Any, key: Any) -> Any:
    """What a container of prefixes says of one of its items.

    Raises:
        LookupError: nothing, or it is no container.
    """
    kind = kind_of(container)
    if not isinstance(kind, NodeKind):
        raise LookupError(key)
    child = dict(kind.flatten(container)[0])[key]
    return child.value if type(child) is Static else child


def axes_in(prefix: Any) -> Iterator[Axis]:
    """Every axis that a prefix may give to a leaf."""
    if is_axis(prefix):
        yield prefix
    elif hasattr(type(prefix), "map_prefix"):
        yield from prefix.axes
    elif isinstance(kind := kind_of(prefix), NodeKind):
        for _, child in kind.flatten(prefix)[0]:
            yield from axes_in(child.value if type(child) is Static else child)
    elif (content := content_of(prefix)) is not prefix:
        yield from axes_in(content)


def require_room(axis: Axis, leaves: Iterable[Any], place: Path) -> None:
    """Raise AxesPrefixError if arrays cannot be put together along an axis."""
    if not isinstance(axis, int):
        return
    for leaf in leaves:
        count = np.ndim(leaf) + 1
        if not -count <= axis < count:
            why = f"axis {axis} is none of the {count} that all elements together have"
            raise AxesPrefixError(place, why)

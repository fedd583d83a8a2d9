"""Trees that are never written: their parts, and copies with some parts changed."""

import copy
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import jax
import numpy as np

from ._cursor_operators import value_of
from .core import FrozenDict
from .errors import CursorWriteError

Step: TypeAlias = tuple[bool, Any]
"""Whether it is an attribute, or an item; and its name."""

Path: TypeAlias = tuple[Step, ...]

Changes: TypeAlias = Sequence[tuple[Any, Any]]
"""Parts with their new values; slices are no keys of dicts in all Pythons."""


def parts_of(node: Any) -> dict[Any, Any]:
    """What a container holds, by key, index or field; nothing if it is none."""
    if isinstance(node, Mapping):
        return dict(node)
    if is_named_tuple(node):
        return dict(node._asdict())
    if isinstance(node, (list, tuple)):
        return dict(enumerate(node))
    if is_dataclass(node):
        return {f.name: getattr(node, f.name) for f in dataclasses.fields(node)}
    return {}


def with_parts(node: Any, changes: Changes, path: str) -> Any:
    """A copy of a container with some parts changed.

    Raises:
        CursorWriteError: it is no container that can be copied.
    """
    if isinstance(node, FrozenDict):
        return FrozenDict({**node, **dict(changes)})
    if isinstance(node, dict):
        changed = copy.copy(node)  # Of the same class, as an OrderedDict is.
        changed.update(changes)
        return changed
    if is_named_tuple(node):
        return node._replace(**_by_field(node, changes))
    if isinstance(node, (list, tuple)):
        items = list(node)
        for index, value in changes:
            items[index] = value
        return type(node)(items)
    if is_dataclass(node):
        return dataclasses.replace(node, **dict(changes))
    if isinstance(node, (np.ndarray, jax.Array)):
        return _with_elements(node, changes)
    raise CursorWriteError(path, type(node).__name__)


def is_named_tuple(node: Any) -> bool:
    """Whether its elements have names, as those of a NamedTuple."""
    return isinstance(node, tuple) and hasattr(node, "_fields")


def is_dataclass(node: Any) -> bool:
    """Whether it is an instance of a dataclass."""
    return dataclasses.is_dataclass(node) and not isinstance(node, type)


def _by_field(node: Any, changes: Changes) -> dict[str, Any]:
    return {
        node._fields[key] if isinstance(key, int) else key: value
        for key, value in changes
    }


def _with_elements(node: Any, changes: Changes) -> Any:
    if isinstance(node, np.ndarray):
        node = node.copy()
        for index, value in changes:
            node[index] = value
        return node
    for index, value in changes:
        node = node.at[index].set(value)
    return node


def part_at(value: Any, step: Step) -> Any:
    """The attribute or item that a step leads to."""
    is_attribute, name = step
    return getattr(value, name) if is_attribute else value[name]


def replaced(tree: Any, path: Path, value: Any, before: str = "") -> Any:
    """The tree with another value at a path.

    Raises:
        CursorWriteError: something on the way cannot be copied with a part changed.
    """
    if not path:
        return value
    step, rest = path[0], path[1:]
    where = f"{before}/{step[1]}".removeprefix("/")
    inner = replaced(part_at(tree, step), rest, value, where) if rest else value
    if step[0] and not (is_named_tuple(tree) or is_dataclass(tree)):
        raise CursorWriteError(where, type(tree).__name__)
    return with_parts(tree, [(step[1], inner)], where)


def updated(node: Any, update_fn: Callable[[str, Any], Any], before: str = "") -> Any:
    """A node with its parts updated, and their parts where they stay."""
    changes = []
    for key, part in parts_of(node).items():
        path = f"{before}{key}"
        new = update_fn(path, part)
        if new is part:
            new = updated(part, update_fn, f"{path}/")
        if new is not part:
            changes.append((key, new))
    return with_parts(node, changes, before) if changes else node


def resolved(value: Any) -> Any:
    """A value to be written, with what the cursors in it are at."""
    value = value_of(value)
    if not isinstance(value, (dict, list, tuple)):
        return value
    parts = [(key, part, resolved(part)) for key, part in parts_of(value).items()]
    changes = [(key, new) for key, part, new in parts if new is not part]
    return with_parts(value, changes, "") if changes else value

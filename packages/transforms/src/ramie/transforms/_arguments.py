"""Arguments: sort what a call was given into objects and plain values.

A node that is an object (a module) crosses the boundary as a root with a flat view.
Cells that are passed on their own are taken together as one root. Everything else is
a value that JAX takes as it is. What is left is the *form* of the call: hashable, and
the same for every call that differs in roots and values only.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import jax

from ramie.graph.errors import UnhashableStaticError
from ramie.graph.extend import (
    CellKind,
    NodeKind,
    Static,
    from_jax_key,
    is_object,
    kind_of,
    type_of,
)
from ramie.graph.typing import Path

from .errors import UntraceableArgumentError, UntraceableResultError, show_place

Entry: TypeAlias = "int | Tree | Loose | Static"
"""One argument in the form: value n as n, root n as -1 - n, or more complex."""


@dataclass(frozen=True, slots=True)
class Loose:
    """A cell passed on its own: its place among the loose cells."""

    index: int


@dataclass(frozen=True, slots=True)
class Tree:
    """A container of objects and values."""

    treedef: Any
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class Sorted:
    """The arguments of one call, sorted.

    Attributes:
        roots: nodes, and last the tuple of loose cells if there are any.
        values: plain values.
        form: how to put the arguments together again.
    """

    roots: list[Any]
    values: list[Any]
    form: tuple[Any, ...]


def sort_arguments(
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    static: Callable[[int | str], bool] | None = None,
) -> Sorted:
    """Sort the arguments of a call.

    Args:
        args: positional arguments.
        kwargs: keyword arguments.
        static: tells by position or name which arguments are static.
    """
    found = Sorted([], [], ())
    loose: list[Any] = []
    entries: list[Entry] = []
    for number, arg in enumerate(args):
        if static is not None and static(number):
            entries.append(Static(arg))
        else:
            entries.append(_sort(arg, found, loose))
    names = tuple(sorted(kwargs)) if kwargs else ()
    for name in names:
        if static is not None and static(name):
            entries.append(Static(kwargs[name]))
        else:
            entries.append(_sort(kwargs[name], found, loose))
    if loose:
        found.roots.append(tuple(loose))
    found.form = names, *entries
    return found


def _sort(arg: Any, found: Sorted, loose: list[Any]) -> Entry:
    kind = type(kind_of(arg))
    if kind is NodeKind:
        if is_object(arg):
            found.roots.append(arg)
            return -len(found.roots)
        return _sort_container(arg, found, loose)
    if kind is CellKind:
        loose.append(arg)
        return Loose(len(loose) - 1)
    found.values.append(arg)
    return len(found.values) - 1


def _sort_container(arg: Any, found: Sorted, loose: list[Any]) -> Entry:
    leaves, treedef = jax.tree.flatten(arg, is_leaf=is_object)
    if not any(map(is_object, leaves)):
        found.values.append(arg)
        return len(found.values) - 1
    return Tree(treedef, tuple(_sort(leaf, found, loose) for leaf in leaves))


def refuse_untraceable(
    form: tuple[Any, ...], roots: Sequence[Any], values: Sequence[Any]
) -> None:
    """Raise UntraceableArgumentError if one of the values has no type in JAX."""
    args, kwargs = restore_arguments(form, roots, values)
    names, *entries = form
    keys = [*range(len(args)), *names]
    for key, entry, given in zip(keys, entries, [*args, *kwargs.values()], strict=True):
        if isinstance(entry, Static):
            continue
        leaves, _ = jax.tree_util.tree_flatten_with_path(given, is_leaf=is_object)
        for path, leaf in leaves:
            if is_object(leaf):
                continue
            try:
                type_of(leaf)
            except TypeError:
                where = (f"argument {key}", *map(from_jax_key, path))
                raise UntraceableArgumentError(leaf, show_place(where)) from None


@contextmanager
def naming_untraceable(found: Sorted) -> Iterator[None]:
    """Say which argument it is, where JAX says of arrays that it cannot trace one.

    Raises:
        UntraceableArgumentError: an argument has no type in JAX.
    """
    try:
        yield
    except TypeError:
        refuse_untraceable(found.form, found.roots, found.values)
        raise


def refuse_untraceable_result(result: Any) -> None:
    """Raise UntraceableResultError if a function returned what JAX cannot trace."""
    if all(isinstance(leaf, jax.Array) for leaf in result.values):
        return
    whole = result.returned([None] * len(result.outcome.places))
    for path, leaf in jax.tree.leaves_with_path(whole):
        try:
            type_of(leaf)
        except TypeError:
            where = ("returned value", *map(from_jax_key, path))
            raise UntraceableResultError(leaf, show_place(where)) from None


def restore_arguments(
    form: tuple[Any, ...], roots: Sequence[Any], values: Sequence[Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Put arguments together again, from roots and values that stand for theirs."""

    def restore(entry: Entry) -> Any:
        match entry:
            case int():
                return values[entry] if entry >= 0 else roots[-1 - entry]
            case Tree(treedef=treedef, entries=entries):
                return treedef.unflatten(map(restore, entries))
            case Loose(index=index):
                return roots[-1][index]
            case Static(value=value):
                return value

    names, *entries = form
    restored = list(map(restore, entries))
    positional = len(restored) - len(names)
    return restored[:positional], dict(zip(names, restored[positional:], strict=True))


def tree_paths(treedef: Any) -> list[Path]:
    """The path of each leaf of a tree."""
    numbered = treedef.unflatten(range(treedef.num_leaves))
    pairs, _ = jax.tree_util.tree_flatten_with_path(numbered)
    return [tuple(map(from_jax_key, keys)) for keys, _ in pairs]


def refuse_unhashable(form: tuple[Any, ...]) -> None:
    """Raise UnhashableStaticError if a static argument cannot be hashed."""
    names, *entries = form
    keys = [*range(len(entries) - len(names)), *names]
    for key, entry in zip(keys, entries, strict=True):
        if isinstance(entry, Static):
            try:
                hash(entry)
            except TypeError:
                where = ("arguments", key)
                raise UnhashableStaticError(entry.value, where) from None

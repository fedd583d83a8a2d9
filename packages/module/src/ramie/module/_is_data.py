"""What is data by itself: arrays, cells, objects, and types that were registered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import numpy as np

from ramie.graph.extend import NodeKind, Static, is_object, kind_of, register_leaf

T = TypeVar("T", bound=type)

LEAF, STATIC = kind_of(np.empty(0)), kind_of(None)
"""The kinds of arrays, and of what is neither array nor container nor cell."""

_registered: set[type] = set()


def is_data(value: Any, /) -> bool:
    """Whether a value is data by itself: an array, a Variable, a module, a Ref.

    A number is not, and a container is as much as what it holds: see `has_data`.

    Example:
        >>> is_data(jnp.ones(1)), is_data(1.0), is_data([jnp.ones(1)])
        (True, False, False)
    """
    kind = kind_of(value)
    if kind is LEAF:
        return True
    return (kind is not STATIC and is_object(value)) or type(value) in _registered


def has_data(value: Any, /) -> list[Any]:
    """The data in a value: the value itself, or what it holds.

    Example:
        >>> has_data({"scale": 2.0, "weights": (jnp.ones(1),)})
        [Array([1.], dtype=float32)]
    """
    return [found for _, found in data_in(value)]


def register_data_type(type_: T, /) -> T:
    """Let values of a type be data by themselves; as a function or a decorator.

    Needed for types of other libraries that JAX traces or stores without being told
    how by a pytree. It holds for exactly this type. Values are leaves then: they are
    in the state that `split` gives, and not in its structure.

    Example:
        >>> @register_data_type
        ... class Sparse:
        ...     pass
        >>> is_data(Sparse())
        True
    """
    _registered.add(type_)
    register_leaf(type_)
    return type_


def data_in(value: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The data in a value, with paths. What is data is not searched."""
    return _search(value, (), set())


def _search(
    value: Any, path: tuple[Any, ...], above: set[int]
) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if is_data(value):
        yield path, value
        return
    items = list(_items(value))
    if not items or id(value) in above:
        return
    above.add(id(value))
    for key, item in items:
        yield from _search(item, (*path, key), above)
    above.discard(id(value))


def _items(value: Any) -> Iterator[tuple[Any, Any]]:
    """The items of a container, in whatever order it has them."""
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from enumerate(value)
    elif isinstance(kind := kind_of(value), NodeKind):
        for key, item in kind.flatten(value)[0]:
            if type(item) is not Static:
                yield key, item

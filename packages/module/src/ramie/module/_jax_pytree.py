"""Objects as JAX pytrees: what is data are the children, the rest is structure.

JAX asks each object for its own children, so an object that is shared appears as
often as it is met, and a cycle has no end: `ramie.graph` is for those.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, partial
from typing import Any, TypeAlias

import jax
from jax.tree_util import DictKey, GetAttrKey, SequenceKey

from ramie.graph.extend import (
    NodeDef,
    NodeKind,
    Order,
    Static,
    Tracked,
    is_object,
    kind_of,
)

from ._data import CHILD, DATA
from ._is_data import is_data

Structure: TypeAlias = tuple[Any, ...]
"""(rest, keys, keys of children, statics, types of statics) of a node.

JAX compares it with `==`; the types tell 1 from True and 1.0, which trace
differently.
"""


def register_pytree(cls: type) -> None:
    """Make a class of objects a JAX pytree."""
    index_key = getattr(cls, "_index_key", DictKey)
    jax.tree_util.register_pytree_with_keys(
        cls,
        partial(_flatten_with_keys, index_key),
        partial(_unflatten, cls),
        _flatten,
    )


def _flatten(node: Any) -> tuple[list[Any], Structure]:
    children, structure = _take_apart(node, node._marks or {})
    return list(children.values()), structure


def _flatten_with_keys(
    index_key: Any, node: Any
) -> tuple[list[tuple[Any, Any]], Structure]:
    children, structure = _take_apart(node, node._marks or {})
    return _with_keys(index_key, children), structure


def _with_keys(index_key: Any, children: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    return [
        (GetAttrKey(key) if isinstance(key, str) else index_key(key), child)
        for key, child in children.items()
    ]


def _unflatten(cls: type, structure: Structure, children: Iterable[Any]) -> Any:
    node, given = _put_together(cls, structure, children)
    # JAX builds trees of anything, such as axes: what was data stays data in them.
    odd = {key: CHILD for key, child in given.items() if _child(child) is None}
    if odd:
        node._mark({**odd, **(node._marks or {})})
    return node


def _take_apart(
    node: Any, marks: Mapping[Any, str]
) -> tuple[dict[Any, Any], Structure]:
    kind: Any = kind_of(node)
    items, rest = kind.flatten(node)
    children: dict[Any, Any] = {}
    keys, statics = [], []
    for key, item in items:
        keys.append(key)
        if type(item) is Static:
            statics.append(item.value)
        elif marks and marks.get(key) in (DATA, CHILD):
            children[key] = item
        elif (child := _child(item)) is not None:
            children[key] = child
        else:
            statics.append(item)
    types = tuple(map(_type, statics))
    return children, (rest, tuple(keys), tuple(children), tuple(statics), types)


def _put_together(
    cls: type, structure: Structure, children: Iterable[Any]
) -> tuple[Any, dict[Any, Any]]:
    """A node, and its children by key."""
    rest, keys, child_keys, statics, _ = structure
    given = {
        key: child.value if type(child) is _Mixed else child
        for key, child in zip(child_keys, children, strict=True)
    }
    others = iter(statics)
    found = {key: given[key] if key in given else next(others) for key in keys}
    items = {key: found[key] for key in rest.keys} if isinstance(rest, Order) else found
    kind: Any = _kind_of_type(cls)
    if kind.build is not None:
        return kind.build(cls, rest, items), given
    node = kind.create(cls, rest)
    kind.fill(node, items)
    return node, given


def _child(item: Any) -> Any:
    """What JAX gets for an item: itself if it is data, None if it is static."""
    if isinstance(item, Tracked):
        return item
    if not isinstance(kind_of(item), NodeKind) or is_object(item):
        return item if is_data(item) else None
    inside = [is_data(leaf) for leaf in jax.tree.leaves(item, is_leaf=is_object)]
    if all(inside):
        return item if inside else None
    return _Mixed(item) if any(inside) else None


def _type(value: Any) -> Any:
    cls = type(value)
    return (cls, *map(_type, value)) if issubclass(cls, tuple) else cls


@cache
def _kind_of_type(cls: type) -> NodeKind:
    return NodeDef.restore(cls, None, ()).kind


class _Mixed:
    """A container of data and of statics; JAX would take all of it for data."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def flatten(self) -> tuple[list[Any], Any]:
        """The data, and the rest."""
        children, structure = _take_apart(self.value, {})
        return list(children.values()), (type(self.value), structure)

    def flatten_with_keys(self) -> tuple[list[tuple[Any, Any]], Any]:
        """The data with the keys that JAX would use, and the rest."""
        children, structure = _take_apart(self.value, {})
        if isinstance(self.value, dict):
            with_keys = [(DictKey(key), child) for key, child in children.items()]
        else:
            with_keys = _with_keys(SequenceKey, children)
        return with_keys, (type(self.value), structure)

    @classmethod
    def unflatten(cls, structure: Any, children: Iterable[Any]) -> _Mixed:
        """The container again."""
        container, rest = structure
        return cls(_put_together(container, rest, children)[0])


jax.tree_util.register_pytree_with_keys(
    _Mixed, _Mixed.flatten_with_keys, _Mixed.unflatten, _Mixed.flatten
)

"""Pytree: an object whose attributes are the items of a graph node.

Attributes are ordinary: reading one is plain attribute access. Writing one tells
whoever remembers the structure, unless an array replaces an array of the same type,
which is a change of content. A list or dict becomes a tracked container.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import jax

from ramie.graph.extend import (
    NodeKind,
    Tracked,
    register_node,
    require_own_trace,
    retyped,
    sort_keys,
    structure_changed,
)

from ._repr import show_node

P = TypeVar("P", bound="Pytree")

TRACKED_FORMS: dict[type, Callable[[Any], Any]] = {}
"""What to make of a plain container that is assigned; filled by `_containers.py`."""

MISSING = object()


class Pytree(Tracked):
    """Base class of objects that are nodes of a graph.

    Subclasses define attributes in `__init__`, in any way they like. Arrays,
    Variables and other nodes are data; everything else is static, part of the
    structure, and must be hashable.

    Example:
        >>> from ramie.graph import merge, split
        >>> class Point(Pytree):
        ...     def __init__(self, x, name):
        ...         self.x = jnp.asarray(x)
        ...         self.name = name
        >>> graphdef, state = split(Point(1.0, "origin"))
        >>> state.x.item(), merge(graphdef, state).name
        (1.0, 'origin')
    """

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute, or what a property of the class makes of it.

        Raises:
            TraceLevelError: the object belongs to another JAX trace.
        """
        if hasattr(getattr(type(self), name, None), "__set__"):
            object.__setattr__(self, name, value)
        else:
            require_own_trace(self)
            store(self, self.__dict__, name, tracked_form(value))

    def __delattr__(self, name: str) -> None:
        """Delete an attribute.

        Raises:
            TraceLevelError: the object belongs to another JAX trace.
        """
        require_own_trace(self)
        object.__delattr__(self, name)
        structure_changed(self)

    def __getstate__(self) -> dict[str, Any]:
        """Copy and pickle the attributes alone."""
        return dict(self.__dict__)

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Take the attributes of a copy or pickle."""
        self.__dict__.update(state)

    def __repr__(self) -> str:
        """Show the attributes, one a line."""
        return show_node(self, self.__dict__)


def tracked_form(value: Any) -> Any:
    """The value, or the tracked container that stands for a plain one."""
    convert = TRACKED_FORMS.get(type(value))
    return value if convert is None else convert(value)


def store(owner: Tracked, items: Any, key: Any, value: Any) -> None:
    """Put an item into an owner's storage, and tell if that edits the structure."""
    old = items.get(key, MISSING)
    if old is value:
        return
    items[key] = value
    if not same_place(old, value):
        structure_changed(owner)


def same_place(old: Any, new: Any) -> bool:
    """Whether replacing one value by another leaves the structure as it was."""
    if not isinstance(old, jax.Array) or not isinstance(new, jax.Array):
        return False
    return not retyped(old, new)


def is_edit(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> bool:
    """Whether having these items in place of those is another structure."""
    return old.keys() != new.keys() or any(
        old[key] is not value and not same_place(old[key], value)
        for key, value in new.items()
    )


def flatten_attributes(node: Pytree) -> tuple[list[tuple[Any, Any]], None]:
    """The attributes of an object, in the order of their names."""
    attributes = node.__dict__
    return [(name, attributes[name]) for name in sort_keys(attributes)], None


def create(cls: type[P], _rest: Any) -> P:
    """An object without attributes; its `__init__` is not called."""
    new: P = Tracked.__new__(cls)
    return new


def fill_attributes(node: Pytree, items: Mapping[Any, Any]) -> None:
    """Make these the only attributes; tell if that edits the structure."""
    attributes = node.__dict__
    if not attributes and node._watchers is None:  # it is being made
        attributes.update(items)
        return
    old = dict(attributes)
    for name in old.keys() - items.keys():
        del attributes[name]
    attributes.update(items)
    if is_edit(old, items):
        structure_changed(node)


def _get_item(node: Pytree, name: Any) -> Any:
    return node.__dict__[name]


def _set_item(node: Pytree, name: Any, value: Any) -> None:
    require_own_trace(node)
    store(node, node.__dict__, name, value)


register_node(
    Pytree,
    NodeKind(
        flatten_attributes,
        create=create,
        fill=fill_attributes,
        get_item=_get_item,
        set_item=_set_item,
    ),
)

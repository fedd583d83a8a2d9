"""Pytree: an object whose attributes are the items of a graph node.

Attributes are ordinary: reading one is plain attribute access. Writing one tells
whoever remembers the structure, unless an array replaces an array of the same type,
which is a change of content. A list or dict becomes a tracked container.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, ClassVar, Self, TypeVar

import jax

from ramie.graph.extend import (
    NodeKind,
    Static,
    Tracked,
    current_trace,
    register_node,
    require_own_trace,
    retyped,
    sort_keys,
    structure_changed,
)

from ._admit import SPECIAL, admit
from ._data import CHILD, STATIC, Marks, declared_kinds
from ._jax_pytree import register_pytree
from .errors import SlotAttributeError

P = TypeVar("P", bound="Pytree")

MISSING = object()
OF_PYTHON = frozenset({"__class__", "__dict__"})
"""What Python keeps elsewhere, although a class does not say so when it is asked."""
MARKS = "__marks__"
"""Where a pickle keeps the kinds that were marked."""


class Pytree(Tracked):
    """Base class of objects that are nodes of a graph, and JAX pytrees.

    Subclasses define attributes in `__init__`, in any way they like. Arrays,
    Variables and other nodes are data; everything else is static, part of the
    structure, and must be hashable. An annotation `x: Data[...]` or `x: Static[...]`
    says otherwise for a class, `data()` and `static()` for what is assigned.

    A subclass that is made with `class Name(Pytree, pytree=False)` is one leaf to
    JAX, whatever it holds; to ramie it is a node all the same.

    Example:
        >>> from ramie.graph import merge, split
        >>> class Point(Pytree):
        ...     def __init__(self, x, name):
        ...         self.x = jnp.asarray(x)
        ...         self.name = name
        >>> graphdef, state = split(Point(1.0, "origin"))
        >>> state.x.item(), merge(graphdef, state).name
        (1.0, 'origin')
        >>> jax.tree.map(lambda x: x + 1, Point(1.0, "moved")).x.item()
        2.0
    """

    __slots__ = ("__dict__", "_marks")

    _marks: Marks | None
    _declared: ClassVar[Marks | None] = None

    # `Box[int]()` notes its alias on what it makes, unless refused.
    __orig_class__ = property()

    def __new__(cls, *_args: Any, **_kwargs: Any) -> Self:
        """Make an object without attributes."""
        self = Tracked.__new__(cls)
        set_marks(self, cls._declared)
        return self

    def __init_subclass__(cls, *, pytree: bool = True, **kwargs: Any) -> None:
        """Read what a class declares, and tell JAX of it.

        Raises:
            SlotAttributeError: it keeps attributes in slots.
        """
        super().__init_subclass__(**kwargs)
        _require_no_slots(cls)
        declared: dict[str, str] = {}
        for base in cls.__mro__[:0:-1]:
            declared.update(base.__dict__.get("_declared") or {})
        cls._declared = {**declared, **declared_kinds(cls)} or None
        if pytree:
            register_pytree(cls)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute, or what a property of the class makes of it.

        Raises:
            MarkError: `data()` or `static()` without a value.
            NotDataError: something JAX cannot trace, for an attribute that is data.
            StaticDataError: something with data in it, for one that is static.
            TraceLevelError: the object belongs to another JAX trace.
        """
        attributes = self.__dict__
        # What is there already was no property when it came.
        if name not in attributes and hasattr(
            getattr(type(self), name, None), "__set__"
        ):
            object.__setattr__(self, name, value)
            return
        if self._trace is not current_trace():
            require_own_trace(self)
        if name in OF_PYTHON:
            object.__setattr__(self, name, value)
            structure_changed(self)
        elif self._marks is None and type(value) not in SPECIAL:
            store(self, attributes, name, value)
        else:
            store_admitted(self, attributes, name, value)

    def __delattr__(self, name: str) -> None:
        """Delete an attribute.

        Raises:
            TraceLevelError: the object belongs to another JAX trace.
        """
        require_own_trace(self)
        object.__delattr__(self, name)
        forget_mark(self, name)
        structure_changed(self)

    def _mark(self, marks: Marks) -> None:
        """Set the kinds of attributes, by name."""
        set_marks(self, self._declared if marks == (self._declared or {}) else marks)

    def __getstate__(self) -> dict[str, Any]:
        """Copy and pickle the attributes alone, and how they were marked."""
        state = dict(self.__dict__)
        if self._marks is not self._declared:
            state[MARKS] = self._marks
        return state

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Take the attributes of a copy or pickle."""
        attributes = dict(state)
        if MARKS in attributes:
            self._mark(attributes.pop(MARKS))
        self.__dict__.update(attributes)


set_marks = Pytree.__dict__["_marks"].__set__
register_pytree(Pytree)


def store(owner: Tracked, items: Any, key: Any, value: Any) -> None:
    """Put an item into an owner's storage, and tell if that edits the structure."""
    old = items.get(key, MISSING)
    if old is value:
        return
    # Told before, since an interrupt may come in between, and once more to those who
    # looked in between, in another thread.
    if owner._watchers is not None and not same_place(old, value):
        structure_changed(owner)
    items[key] = value
    if owner._watchers is not None and not same_place(old, value):
        structure_changed(owner)


def store_admitted(owner: Pytree, items: Any, key: Any, value: Any) -> None:
    """Put what an owner makes of a value into its storage, and remember its mark."""
    if (owner._marks or {}).get(key) == CHILD:
        forget_mark(owner, key)
    marks = owner._marks or {}
    known = marks.get(key)
    admitted, kind = admit(type(owner).__name__, key, value, known)
    store(owner, items, key, admitted)
    if kind != known and kind is not None:
        owner._mark({**marks, key: kind})
        structure_changed(owner)


def forget_mark(owner: Pytree, key: Any) -> None:
    """Let an attribute that is gone be inferred when it comes again."""
    marks = owner._marks
    if marks is not None and key in marks:
        declared = owner._declared or {}
        left = {name: kind for name, kind in marks.items() if name != key}
        owner._mark({**left, key: declared[key]} if key in declared else left)


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


def flatten_attributes(node: Pytree) -> tuple[list[tuple[Any, Any]], Hashable]:
    """The attributes of an object, in the order of their names, and its marks."""
    attributes = node.__dict__
    items = [(name, attributes[name]) for name in sort_keys(attributes)]
    return (items, None) if node._marks is None else marked(node, items)


def marked(
    node: Pytree, items: list[tuple[Any, Any]]
) -> tuple[list[tuple[Any, Any]], Hashable]:
    """Items of which the static ones are not walked, and the marks of the object."""
    marks: Any = node._marks
    items = [
        (key, Static(value) if marks.get(key) == STATIC else value)
        for key, value in items
    ]
    kept = {key: kind for key, kind in marks.items() if kind != CHILD}
    if kept == (node._declared or {}):
        return items, None
    return items, tuple((key, kept[key]) for key in sort_keys(kept))


def create(cls: type[P], marks: Any) -> P:
    """An object without attributes; its `__init__` is not called."""
    new: P = Pytree.__new__(cls)
    return with_marks(new, marks)


def with_marks(new: P, marks: Any) -> P:
    """A new object, with marks as `marked` gave them."""
    if marks is not None:
        new._mark(dict(marks))
    return new


def refit(node: Pytree, marks: Any) -> None:
    """Give an object that exists marks as `marked` gave them."""
    now = dict(node._declared or {}) if marks is None else dict(marks)
    if now != (node._marks or {}):
        node._mark(now)
        structure_changed(node)


def fill_attributes(node: Pytree, items: Mapping[Any, Any]) -> None:
    """Make these the only attributes; tell if that edits the structure."""
    attributes = node.__dict__
    if not attributes and node._watchers is None:  # it is being made
        attributes.update(items)
        return
    old = dict(attributes)
    edits = is_edit(old, items)
    if edits:
        structure_changed(node)  # see `store`
    for name in old.keys() - items.keys():
        del attributes[name]
    attributes.update(items)
    if edits:
        structure_changed(node)


def _require_no_slots(cls: type) -> None:
    slots = cls.__dict__.get("__slots__", ())
    names = (slots,) if isinstance(slots, str) else slots
    if hidden := [name for name in names if not name.startswith("_")]:
        raise SlotAttributeError(cls.__name__, hidden)


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
        refit=refit,
        get_item=_get_item,
        set_item=_set_item,
    ),
)


class Object(Pytree, pytree=False):
    """An older name for objects that are nodes of a graph and no JAX pytrees.

    Use `class Name(Pytree, pytree=False)`.
    """

    def __init_subclass__(cls, *, pytree: bool = False, **kwargs: Any) -> None:
        """Leave JAX out, unless asked."""
        super().__init_subclass__(pytree=pytree, **kwargs)

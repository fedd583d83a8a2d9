"""Parts: what a thing is made of, for whoever shows it.

Kinds answer: a node has its items, a cell its content and metadata.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import jax

from .._flat_state import FlatState
from .._graph_state import GraphState
from .._registry import (
    CellKind,
    NodeKind,
    Order,
    Static,
    kind_of,
    kind_of_container,
)
from ._mixin import Shown


class Part(NamedTuple):
    """One part: how it is labelled, how Python reaches it, and what it is."""

    label: str
    access: str
    value: Any


@dataclasses.dataclass(slots=True)
class Parts:
    """A thing taken apart: name, parts, brackets."""

    name: str
    items: list[Part]
    ends: str = "()"


def parts_of(thing: Any) -> Parts | None:
    """What a thing is made of; None if it is shown as a whole.

    Example:
        >>> from ramie.graph._repr._parts import parts_of
        >>> parts_of({"a": 1}).items
        [Part(label="'a': ", access="['a']", value=1)]
    """
    try:
        kind = kind_of(thing)
        if isinstance(kind, CellKind):
            if is_ref(kind):
                return None
            return Parts(type(thing).__name__, list(_cell_parts(thing, kind)))
        return _node_parts(thing, kind) if isinstance(kind, NodeKind) else None
    except Exception:  # a text is wanted all the same
        return None


@cache
def is_ref(kind: CellKind) -> bool:
    """Whether cells of a kind are JAX's own; in a trace, reading one is recorded."""
    return kind is kind_of_container(jax.Ref)


def children_of(thing: Any) -> list[Any]:
    """What a node holds, whatever its text is. A cell holds nothing."""
    try:
        if isinstance(thing, Mapping):
            return list(thing.values())
        kind = kind_of(thing)
        if not isinstance(kind, NodeKind):
            return []
        return [item for _, item in kind.flatten(thing)[0] if type(item) is not Static]
    except Exception:
        return []


def has_own_text(thing: Any) -> bool:
    """Whether the class of a node or cell overrides the text its kind stands for."""
    cls: Any = type(thing)
    kind = kind_of(thing)
    if not isinstance(kind, (CellKind, NodeKind)):
        return False
    if cls.__repr__ in (object.__repr__, Shown.__repr__):
        return False
    # Python marks the text that it writes for a dataclass itself.
    if dataclasses.is_dataclass(cls) and hasattr(cls.__repr__, "__wrapped__"):
        return False
    *_, registered = (base for base in cls.__mro__ if kind_of_container(base) is kind)
    if registered is not object:
        return cls.__repr__ is not registered.__repr__
    return not issubclass(cls, tuple)  # a pytree of JAX


def _cell_parts(cell: Any, kind: CellKind) -> Iterator[Part]:
    yield Part("value=", ".value", kind.read(cell))
    metadata: Any = kind.describe(cell)
    try:
        named = dict(metadata or ())
    except (TypeError, ValueError):
        yield Part("metadata=", ".metadata", metadata)
        return
    for name, value in named.items():
        yield Part(f"{name}=", f".{name}", value)


def _node_parts(node: Any, kind: NodeKind) -> Parts:
    name = "" if type(node) in (dict, list, tuple) else type(node).__name__
    brackets = "{}" if not name else "({})"
    if isinstance(node, GraphState):
        whole = [("", "._graphdef", node._graphdef), ("", "._state", node._state)]
        return Parts(name, [Part(*each) for each in whole])
    if isinstance(node, Mapping):
        return Parts(name, [_entry(*item) for item in node.items()], brackets)
    if isinstance(node, FlatState):
        items = [
            Part(f"{path!r}: ", f"[{n}][1]", leaf)
            for n, (path, leaf) in enumerate(node)
        ]
        return Parts(name, items, "([])")
    items = list(_ordered(node, kind))
    is_sequence = isinstance(node, Sequence) and not hasattr(node, "_fields")
    if is_sequence and all(part.label == "" for part in items):
        ends = "()" if type(node) is tuple else "([])" if name else "[]"
        return Parts(name, items, ends)
    return Parts(name, items)


def _entry(key: Any, value: Any) -> Part:
    return Part(f"{key!r}: ", f"[{key!r}]", value)


def _ordered(node: Any, kind: NodeKind) -> Iterator[Part]:
    """The items of a node in the order in which their owner put them there."""
    items: dict[Any, Any]
    if dataclasses.is_dataclass(node) and not kind.mutable:
        fields = dataclasses.fields(node)
        items = {f.name: getattr(node, f.name) for f in fields if f.repr}
    elif isinstance(node, tuple) and hasattr(node, "_fields"):
        items = dict(zip(node._fields, node, strict=True))
    else:
        found: Any
        found, rest = kind.flatten(node)
        items = dict(found)
        known = rest.keys if isinstance(rest, Order) else getattr(node, "__dict__", ())
        first = {key: items[key] for key in known if key in items}
        items = {**{k: v for k, v in items.items() if type(k) is int}, **first, **items}
    for key, value in items.items():
        shown = value.value if type(value) is Static else value
        if type(key) is int:
            yield Part("", f"[{key}]", shown)
        else:
            yield Part(f"{key}=", f".{key}", shown)

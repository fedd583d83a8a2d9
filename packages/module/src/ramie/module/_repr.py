"""Text of nodes: nested, one attribute a line, a cycle as `Name(...)`."""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import Any

from ramie.graph.extend import show_block, show_value

_open: ContextVar[frozenset[int]] = ContextVar("nodes_being_shown", default=frozenset())


def show_node(node: Any, attributes: Mapping[Any, Any]) -> str:
    """Text of an object with attributes."""
    name = type(node).__name__
    return _guarded(
        node,
        lambda: show_block(
            name, [f"{key}={show_value(value)}" for key, value in attributes.items()]
        ),
    )


def show_items(node: Any, lines: Iterable[tuple[str, Any]], ends: str) -> str:
    """Text of a container: its items between brackets."""
    name = type(node).__name__
    return _guarded(
        node,
        lambda: show_block(
            name, [f"{label}{show_value(value)}" for label, value in lines], ends
        ),
    )


def _guarded(node: Any, show: Any) -> str:
    above = _open.get()
    if id(node) in above:
        return f"{type(node).__name__}(...)"
    token = _open.set(above | {id(node)})
    try:
        text: str = show()
        return text
    finally:
        _open.reset(token)

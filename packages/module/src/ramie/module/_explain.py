"""explain: what each attribute of a model is, and why."""

from __future__ import annotations

from typing import Any

import jax

from ramie.graph.errors import UnknownNodeError
from ramie.graph.extend import (
    Static,
    content_of,
    is_cell,
    is_node,
    kind_of,
    show_block,
    show_path,
    show_value,
)

from ._is_data import has_data
from ._pytree import Pytree

Path = tuple[Any, ...]

LONGEST = 40


def explain(node: Any, /) -> str:
    """Say of each attribute below a node whether it is data or static, and why.

    An attribute is declared by its class, marked when it was assigned, or inferred
    from its value. What is met again is named by the path at which it was met first.

    Args:
        node: a module, or any container.

    Raises:
        UnknownNodeError: the value is neither a module nor a container.

    Example:
        >>> from ramie.module import Module, Static, explain
        >>> from ramie.variables import Param
        >>> class Net(Module):
        ...     depth: Static[int]
        ...     def __init__(self):
        ...         self.depth, self.rate = 3, 0.5
        ...         self.layers = [Param(jnp.ones((2, 3)))]
        ...         self.tied = self.layers[0]
        >>> print(explain(Net()))
        Net(
          depth: static (declared), int 3,
          layers: data (inferred), List(
            0: data (inferred), Param float32[2,3]
          ),
          rate: static (inferred), float 0.5,
          tied: data (inferred), the same as layers/0
        )
    """
    if not is_node(node):
        raise UnknownNodeError(node)
    return _block(node, (), {})


def _block(node: Any, path: Path, met: dict[int, tuple[Any, Path]]) -> str:
    if has_identity(node):
        # The node is kept as well: an id means something while it lives.
        met[id(node)] = node, path
    kind: Any = kind_of(node)
    lines = []
    for key, item in kind.flatten(node)[0]:
        value = item.value if type(item) is Static else item
        static = type(item) is Static or not has_data(value)
        what = _short(value) if static else _shown(value, (*path, key), met)
        word = "static" if static else "data"
        lines.append(f"{key}: {word} ({_reason(node, key)}), {what}")
    return show_block(type(node).__name__, lines)


def has_identity(value: Any) -> bool:
    """Whether meeting a value twice means something."""
    return is_cell(value) or isinstance(value, Pytree)


def _reason(node: Any, key: Any) -> str:
    """Why an attribute is what it is, and what should be known of its name."""
    if not isinstance(node, Pytree):
        return "inferred"
    declared, marks = node._declared or {}, node._marks or {}
    if key not in marks:
        reason = "inferred"
    else:
        reason = "declared" if declared.get(key) == marks[key] else "marked"
    if isinstance(key, str) and callable(getattr(type(node), key, None)):
        reason += ", hides a method"
    return reason


def _shown(value: Any, path: Path, met: dict[int, tuple[Any, Path]]) -> str:
    if id(value) in met:
        return f"the same as {show_path(met[id(value)][1])}"
    if is_node(value):
        return _block(value, path, met)
    if not is_cell(value):
        return _type(value)
    met[id(value)] = value, path
    content = content_of(value)
    types = ", ".join(map(_type, jax.tree.leaves(content)))
    return f"{type(value).__name__} {types}"


def _type(value: Any) -> str:
    try:
        return str(jax.typeof(value).str_short())
    except TypeError:  # something JAX has no type for
        return _short(value)


def _short(value: Any) -> str:
    """Type and text of a static value, on one line."""
    text = " ".join(show_value(value).split())
    if value is None or text.startswith("<") or isinstance(value, type):
        return text
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    name = type(value).__name__
    return text if text.startswith(name) else f"{name} {text}"

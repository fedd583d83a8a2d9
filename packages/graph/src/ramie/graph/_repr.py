"""Text for people: nested structures, one item a line, arrays kept short."""

from collections.abc import Iterable, Sequence
from typing import Any

import jax
import numpy as np

from ._graphdef import CellDef, Child, GraphDef, Leaf, NodeDef

INDENT = "  "
LARGEST_SHOWN = 64
"""Arrays of more elements are shown by shape and dtype only."""


def show_block(head: str, lines: Sequence[str], ends: str = "()") -> str:
    """A head and its items: on one line if empty, else one item a line.

    Example:
        >>> print(show_block("Linear", ["din=2", "dout=3"]))
        Linear(
          din=2,
          dout=3
        )
    """
    half = len(ends) // 2
    opening, closing = ends[:half], ends[half:]
    if not lines:
        return f"{head}{opening}{closing}"
    body = ",\n".join(lines)
    indented = "\n".join(INDENT + line for line in body.split("\n"))
    return f"{head}{opening}\n{indented}\n{closing}"


def show_value(value: Any) -> str:
    """Text of a value; a large array by its shape and dtype.

    Example:
        >>> show_value(jnp.zeros((100, 100)))
        'Array(shape=(100, 100), dtype=float32)'
    """
    if isinstance(value, jax.core.Tracer):
        return str(value)
    if isinstance(value, (jax.Array, np.ndarray)) and value.size > LARGEST_SHOWN:
        return f"Array(shape={value.shape}, dtype={value.dtype})"
    if isinstance(value, type):
        return value.__name__
    if callable(value) and hasattr(value, "__qualname__"):
        return f"<function {value.__qualname__}>"
    return repr(value)


def show_state(state: Any) -> str:
    """Text of a State."""
    return show_block("State", _mapping_lines(state), "({})")


def show_flat_state(flat: Iterable[tuple[Any, Any]]) -> str:
    """Text of a FlatState."""
    lines = [f"({path!r}, {show_value(leaf)})" for path, leaf in flat]
    return show_block("FlatState", lines, "([])")


def _mapping_lines(mapping: Any) -> list[str]:
    lines = []
    for key, value in mapping.items():
        if isinstance(value, type(mapping)):
            shown = show_block("", _mapping_lines(value), "{}")
        else:
            shown = show_value(value)
        lines.append(f"{key!r}: {shown}")
    return lines


def show_graphdef(graphdef: GraphDef[Any]) -> str:
    """Text of a GraphDef: a tree in which a second occurrence is its number."""
    lines: list[str] = []
    shown: set[int] = set()
    stack: list[tuple[int, str, Any]] = [(0, "", Child(0))]
    while stack:
        depth, label, entry = stack.pop()
        indent = INDENT * depth
        if isinstance(entry, Leaf):
            lines.append(f"{indent}{label}<array>")
        elif not isinstance(entry, Child):
            lines.append(f"{indent}{label}{show_value(entry.value)}")
        elif entry.index in shown:
            lines.append(f"{indent}{label}→ #{entry.index}")
        else:
            shown.add(entry.index)
            definition = graphdef.nodes[entry.index]
            head = f"{indent}{label}{definition.type.__name__} #{entry.index}"
            if isinstance(definition, CellDef) and definition.metadata:
                head += f" {definition.metadata}"
            lines.append(head)
            if isinstance(definition, NodeDef):
                stack.extend(
                    (depth + 1, f"{key}: ", attribute)
                    for key, attribute in reversed(definition.attributes)
                )
    return show_block("GraphDef", ["\n".join(lines)])

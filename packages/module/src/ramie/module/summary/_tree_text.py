"""Text of a tree of values: arrays by type and shape, containers over several lines."""

from collections.abc import Mapping
from typing import Any

from ramie.graph.extend import show_value


def show_tree(value: Any) -> str:
    """A tree as text, in the manner of YAML.

    Args:
        value: containers of shapes, arrays and anything else.

    Example:
        >>> print(show_tree({"x": jnp.ones((2, 3)), "rest": [None, "text"]}))
        x: float32[2,3]
        rest:
          - None
          - text
    """
    if isinstance(value, Mapping) and value:
        return "\n".join(_named(str(name), item) for name, item in value.items())
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return show_tree(dict(zip(value._fields, value, strict=True)))
    if isinstance(value, (list, tuple)) and value:
        return "\n".join("- " + _indented(show_tree(item)) for item in value)
    if isinstance(value, str):
        return value
    if isinstance(value, type):
        return f"type[{value.__name__}]"
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if isinstance(shape, tuple) and dtype is not None:
        return f"{dtype}[{','.join(map(str, shape))}]"
    return show_value(value)


def _named(name: str, value: Any) -> str:
    text = show_tree(value)
    below = isinstance(value, (Mapping, list, tuple)) and value
    return f"{name}:\n  {_indented(text)}" if below else f"{name}: {_indented(text)}"


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")

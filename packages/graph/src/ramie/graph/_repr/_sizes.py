"""Sizes: how many elements and bytes there are, by the type of the cell."""

import math
from collections.abc import Iterable
from typing import Any, TypeAlias

import jax

from .._labels import show_bytes
from .._registry import LEAF, CellKind, kind_of
from ._parts import children_of, is_ref

Size: TypeAlias = tuple[int, int]
"""Elements and bytes."""

_together: list[type] = []


def count_together(cls: type) -> None:
    """Let sizes name subclasses of a cell type as one, by the name of `cls`."""
    _together.append(cls)


def size_of_cell(cell: Any, kind: CellKind) -> Size:
    """Elements and bytes of what a cell holds."""
    elements = size = 0
    for leaf in _leaves_of(cell, kind):
        if hasattr(leaf, "shape"):  # a number is no array
            count = math.prod(leaf.shape)
            elements += count
            size += count * getattr(leaf.dtype, "itemsize", 0)
    return elements, size


def _leaves_of(cell: Any, kind: CellKind) -> Iterable[Any]:
    content = cell if is_ref(kind) else kind.read(cell)
    if is_ref(kind) or kind_of(content) is LEAF:
        return (content,)
    try:
        return jax.tree.leaves(content)
    except ValueError:  # JAX cannot sort the keys of a dict, say
        return ()


def sizes_below(root: Any, above: set[int]) -> dict[str, Size]:
    """Elements and bytes of all cells below a node, by name; each counted once.

    Args:
        root: where to look.
        above: ids of objects that hold the root. A way back to them is not followed.
    """
    found: dict[str, Size] = {}
    met = {id(root): root}
    stack = [root]
    while stack:
        thing = stack.pop()
        kind = kind_of(thing)
        if isinstance(kind, CellKind):
            name = _name_of(type(thing))
            elements, size = size_of_cell(thing, kind)
            before = found.get(name, (0, 0))
            found[name] = before[0] + elements, before[1] + size
        for child in reversed(children_of(thing)):
            if id(child) not in met and id(child) not in above:
                met[id(child)] = child
                stack.append(child)
    return found


def show_size(size: Size) -> str:
    """Elements and bytes for people.

    Example:
        >>> from ramie.graph._repr._sizes import show_size
        >>> show_size((10000, 40000))
        '10,000 (39.1 KiB)'
    """
    return f"{size[0]:,} ({show_bytes(size[1])})"


def describe_size(thing: Any, above: set[int]) -> str:
    """The size of a cell, or of the cells below a node; empty if there is none.

    Example:
        >>> from ramie.graph._repr._sizes import describe_size
        >>> describe_size({"no": "cells"}, set())
        ''
    """
    try:
        return _describe(thing, above)
    except Exception:  # of the text, the size can best be spared
        return ""


def _describe(thing: Any, above: set[int]) -> str:
    kind = kind_of(thing)
    if isinstance(kind, CellKind):
        own = size_of_cell(thing, kind)
        return show_size(own) if any(own) else ""
    found = sizes_below(thing, above).items()
    # The largest first: usually that is what the node was made for.
    sizes = dict(sorted(found, key=lambda each: -each[1][1]))
    sizes = {name: size for name, size in sizes.items() if any(size)}
    texts = [f"{name}: {show_size(size)}" for name, size in sizes.items()]
    if len(sizes) > 1:
        elements, bytes_ = map(sum, zip(*sizes.values(), strict=True))
        texts.append(f"Total: {show_size((elements, bytes_))}")
    return ", ".join(texts)


def _name_of(cls: type) -> str:
    for family in _together:
        if issubclass(cls, family):
            return family.__name__
    return cls.__name__

"""Labels: short texts for sizes, types, paths and values, in pictures and reports."""

import math
from typing import Any, TypeAlias

import jax

from ._keys import show_path
from ._repr import show_value
from .typing import Key

Link: TypeAlias = tuple[Any, Key] | None
"""A path as a chain from its end: (the chain before, key). It costs one pair a step."""

LONGEST_TEXT = 36
UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def show_bytes(count: int) -> str:
    """A number of bytes for people.

    Example:
        >>> from ramie.graph._labels import show_bytes
        >>> show_bytes(24), show_bytes(1536)
        ('24 B', '1.5 KiB')
    """
    if count < 1024:
        return f"{count} B"
    power = min(int(math.log(count, 1024)), len(UNITS) - 1)
    return f"{count / 1024**power:.3g} {UNITS[power]}"


def shorten(text: str, longest: int = LONGEST_TEXT) -> str:
    """One line of a text, cut where it is too long.

    Example:
        >>> from ramie.graph._labels import shorten
        >>> shorten("abcdef", 4)
        'abc…'
    """
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def show_type(content: Any) -> str:
    """Dtype and shape of an array; the text of anything else.

    Example:
        >>> from ramie.graph._labels import show_type
        >>> show_type(jnp.ones((2, 3)))
        'float32[2,3]'
    """
    shape, dtype = getattr(content, "shape", None), getattr(content, "dtype", None)
    if shape is None or dtype is None:
        return shorten(show_value(content))
    return f"{dtype}[{','.join(map(str, shape))}]"


def size_of(content: Any) -> tuple[int, bool]:
    """Bytes of the arrays in a content, and whether there is any.

    Example:
        >>> from ramie.graph._labels import size_of
        >>> size_of(jnp.ones((2, 3))), size_of("text")
        ((24, True), (0, False))
    """
    arrays = [
        leaf
        for leaf in jax.tree.leaves(content)
        if hasattr(leaf, "shape") and hasattr(getattr(leaf, "dtype", None), "itemsize")
    ]
    size = sum(math.prod(leaf.shape) * leaf.dtype.itemsize for leaf in arrays)
    return size, bool(arrays)


def show_counts(cells: int, arrays: int, size: int) -> list[str]:
    """How much there is, in parts: cells, arrays held directly, bytes.

    Example:
        >>> from ramie.graph._labels import show_counts
        >>> show_counts(2, 0, 24)
        ['2 cells', '24 B']
    """
    counts = [show_many(cells, "cell")] * bool(cells)
    counts += [show_many(arrays, "array")] * bool(arrays)
    return [*counts, show_bytes(size)]


def show_many(count: int, thing: str) -> str:
    """A number of things.

    Example:
        >>> from ramie.graph._labels import show_many
        >>> show_many(1, "node"), show_many(1200, "cell")
        ('1 node', '1,200 cells')
    """
    return f"{count:,} {thing}" + "s" * (count != 1)


def show_link(link: Link, above: Link = None) -> str:
    """Spell a path from below `above`; of a long one the end.

    Example:
        >>> from ramie.graph._labels import show_link
        >>> show_link(((None, "layers"), 0))
        'layers/0'
    """
    keys: list[Key] = []
    length = 0
    while link is not None and link is not above:
        link, key = link
        keys.insert(0, key)
        length += len(str(key)) + 1
        if length > LONGEST_TEXT and link is not above and link is not None:
            return "…" + show_path(keys)[-LONGEST_TEXT:]
    return show_path(keys)

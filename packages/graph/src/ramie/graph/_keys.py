"""Keys and paths: one total order, one spelling, and what JAX calls them."""

from collections.abc import Iterable
from typing import Any

from jax.tree_util import DictKey, FlattenedIndexKey, GetAttrKey, SequenceKey

from .typing import Key, Path


def key_order(key: Any) -> tuple[bool, Any]:
    """Sort key that puts every int before every str.

    Example:
        >>> sorted(["b", 10, "a", 9], key=key_order)
        [9, 10, 'a', 'b']
    """
    return isinstance(key, str), key


def path_order(path: Path) -> tuple[tuple[bool, Any], ...]:
    """Sort key for paths, consistent with `key_order`."""
    return tuple(map(key_order, path))


def sort_keys(keys: Iterable[Any]) -> list[Any]:
    """Sort keys; the common case of one key type takes the fast way."""
    keys = list(keys)
    try:
        keys.sort()
    except TypeError:
        keys.sort(key=key_order)
    return keys


def from_jax_key(key: Any) -> Key:
    """Our key for one entry of a JAX key path."""
    match key:
        case DictKey() | FlattenedIndexKey():
            name = key.key
        case SequenceKey():
            name = key.idx
        case GetAttrKey():
            name = key.name
        case _:
            name = str(key)
    return name if isinstance(name, (str, int)) else str(name)


def show_path(path: Iterable[Key]) -> str:
    """Spell a path for people.

    Example:
        >>> show_path(("layers", 0, "kernel"))
        'layers/0/kernel'
        >>> show_path(())
        '<root>'
    """
    return "/".join(map(str, path)) or "<root>"

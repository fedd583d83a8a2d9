"""Keys and paths: one total order, one spelling, and what JAX calls them."""

from collections.abc import Iterable
from numbers import Real
from typing import Any

from jax.tree_util import DictKey, FlattenedIndexKey, GetAttrKey, SequenceKey

from .typing import Key, Path


def key_order(key: Any) -> tuple[int, str, Any]:
    """Sort key that puts numbers first and every str last.

    Keys of other types, which a dict may have, are in between, type by type.

    Example:
        >>> sorted(["b", 10, (1, 2), "a", 9], key=key_order)
        [9, 10, (1, 2), 'a', 'b']
    """
    if isinstance(key, str):
        return 2, "", key
    if isinstance(key, Real):
        return 0, "", key
    return 1, name_of_type(key), key


def path_order(path: Path) -> tuple[tuple[int, str, Any], ...]:
    """Sort key for paths, consistent with `key_order`."""
    return tuple(map(key_order, path))


def sort_keys(keys: Iterable[Any], path: Iterable[Key] | None = None) -> list[Any]:
    """Sort keys; the common case of one key type takes the fast way.

    Args:
        keys: the keys of one container.
        path: where the container is, for the error, if that is known.

    Raises:
        UnsortableKeyError: two of the keys cannot be compared.
    """
    keys = list(keys)
    try:
        keys.sort()
    except TypeError:
        try:
            keys.sort(key=key_order)
        except TypeError as error:
            raise _unsortable(keys, path) from error
    # Alone it could be sorted; but who holds a leaf and has no key is a cell.
    if None in keys:
        raise _unsortable(keys, path)
    return keys


def _unsortable(keys: Iterable[Any], path: Iterable[Key] | None) -> Exception:
    from .errors import UnsortableKeyError

    others = {name_of_type(key) for key in keys if not isinstance(key, (str, Real))}
    return UnsortableKeyError(sorted(others), None if path is None else tuple(path))


def name_of_type(value: Any) -> str:
    """The full name of a value's type."""
    return f"{type(value).__module__}.{type(value).__qualname__}"


def from_jax_key(key: Any) -> Key:
    """Our key for one entry of a JAX key path."""
    match key:
        case DictKey():
            return key.key  # type: ignore[no-any-return]  # whatever the dict has
        case FlattenedIndexKey():
            name = key.key
        case SequenceKey():
            name = key.idx
        case GetAttrKey():
            name = key.name
        case _:
            name = str(key)
    return name if isinstance(name, (str, int)) else str(name)


MOST_AT_AN_END = 12
"""How many keys are spelled at either end of a path that is too long to read."""


def show_path(path: Iterable[Key]) -> str:
    """Spell a path for people.

    Example:
        >>> show_path(("layers", 0, "kernel"))
        'layers/0/kernel'
        >>> show_path(())
        '<root>'
        >>> len(show_path(range(100_000)))
        110
    """
    keys = list(map(str, path))
    if (hidden := len(keys) - 2 * MOST_AT_AN_END) > 0:
        keys[MOST_AT_AN_END:-MOST_AT_AN_END] = [f"…{hidden} keys…"]
    return "/".join(keys) or "<root>"

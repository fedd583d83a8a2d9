"""Nested dicts as flat ones, by path."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .core._frozen_dict import FrozenDict, unfreeze


@dataclass(frozen=True)
class _EmptyNode:
    """Stands for an empty dict among flat values."""


empty_node = _EmptyNode()


def flatten_dict(
    xs: Mapping[Any, Any],
    keep_empty_nodes: bool = False,
    is_leaf: Callable[[tuple[Any, ...], Any], bool] | None = None,
    sep: str | None = None,
) -> dict[Any, Any]:
    """The values of nested dicts by path.

    Args:
        xs: the nested dicts.
        keep_empty_nodes: whether empty dicts appear, as `empty_node`.
        is_leaf: whether a path and its value are not to be opened.
        sep: what to join the keys of a path with; None for tuples of keys.

    Raises:
        TypeError: not a dict; or keys that are no str, with `sep`.

    Example:
        >>> from ramie.linen import traverse_util
        >>> traverse_util.flatten_dict({"a": {"b": 1}, "c": 2}, sep="/")
        {'a/b': 1, 'c': 2}
    """
    if not isinstance(xs, (dict, FrozenDict)):
        raise TypeError(
            f"flatten_dict() takes a dict or a FrozenDict, and got a "
            f"{type(xs).__name__}. Wrap it, or make dicts of it with to_state_dict()."
        )
    flat: dict[Any, Any] = {}

    def walk(value: Any, path: tuple[Any, ...]) -> None:
        is_dict = isinstance(value, (dict, FrozenDict))
        if not is_dict or (is_leaf is not None and is_leaf(path, value)):
            flat[_key(path, sep)] = value
        elif not value:
            if keep_empty_nodes and path:
                flat[_key(path, sep)] = empty_node
        else:
            for key, part in value.items():
                walk(part, (*path, key))

    walk(xs, ())
    return flat


def _key(path: tuple[Any, ...], sep: str | None) -> Any:
    return path if sep is None else sep.join(path)


def unflatten_dict(xs: Mapping[Any, Any], sep: str | None = None) -> dict[Any, Any]:
    """Nested dicts of values by path.

    Args:
        xs: values by path, as `flatten_dict` returns them.
        sep: what the keys of a path are joined with; None for tuples of keys.

    Raises:
        TypeError: not a dict, or a path leads into a value.

    Example:
        >>> from ramie.linen import traverse_util
        >>> traverse_util.unflatten_dict({("a", "b"): 1, ("c",): 2})
        {'a': {'b': 1}, 'c': 2}
    """
    if not isinstance(xs, (dict, FrozenDict)):
        raise TypeError(
            f"unflatten_dict() takes a dict of values by path, and got a "
            f"{type(xs).__name__}."
        )
    nested: dict[Any, Any] = {}
    for given, value in xs.items():
        path = tuple(given.split(sep)) if sep is not None else tuple(given)
        if not path:
            raise TypeError("A path is empty. Give each value at least one key.")
        at: Any = nested
        for key in path[:-1]:
            at = at.setdefault(key, {})
            if not isinstance(at, dict):
                raise TypeError(
                    f"The path {given!r} leads into {key!r}, which is a value "
                    f"itself. Drop one of the two."
                )
        at[path[-1]] = {} if value is empty_node else value
    return nested


def path_aware_map(
    f: Callable[[tuple[Any, ...], Any], Any], nested_dict: Mapping[str, Any]
) -> Any:
    """Apply a function of path and value to each value of nested dicts.

    Args:
        f: the function.
        nested_dict: the dicts.

    Example:
        >>> from ramie.linen import traverse_util
        >>> params = {"dense": {"kernel": 1, "bias": 2}}
        >>> traverse_util.path_aware_map(lambda path, x: path[-1] + str(x), params)
        {'dense': {'kernel': 'kernel1', 'bias': 'bias2'}}
    """
    flat = flatten_dict(unfreeze(nested_dict), keep_empty_nodes=True)
    mapped = {
        path: value if value is empty_node else f(path, value)
        for path, value in flat.items()
    }
    return unflatten_dict(mapped)

"""Paths that went through a storage format, and paths as filters."""

from collections.abc import Mapping
from typing import Any

from ._filters import PathIn
from ._state import State
from ._text_keys import number_in
from .errors import UnhashableLeafError
from .typing import Path


def restore_int_paths(pure_dict: Mapping[Any, Any]) -> dict[Any, Any]:
    """Nested dicts whose int keys were stored as text, with int keys again.

    A key is made an int only if it is spelled as Python spells that int, and if the
    dict has not got that int already: "7" is, "07" and " 7" are not.

    Args:
        pure_dict: nested mappings; they are left as they are.

    Returns:
        New dicts, with the same leaves.

    Example:
        >>> from ramie.graph import restore_int_paths
        >>> restore_int_paths({"layers": {"0": 1.0, "last": 2.0}})
        {'layers': {0: 1.0, 'last': 2.0}}
    """
    restored: dict[Any, Any] = {}
    todo = [(pure_dict, restored)]
    while todo:
        old, new = todo.pop()
        for key, value in old.items():
            number = number_in(key)
            name = key if number is None or number in old else number
            if isinstance(value, Mapping):
                below: dict[Any, Any] = {}
                new[name] = below
                todo.append((value, below))
            else:
                new[name] = value
    return restored


def create_path_filters(state: State[Any]) -> dict[PathIn, Any]:
    """A filter for each value in a state, which selects the paths that have it.

    Args:
        state: a state of hashable values, such as the axis of each leaf.

    Returns:
        Filter to value, in the order of their first paths.

    Raises:
        UnhashableLeafError: a leaf has no hash.

    Example:
        >>> from ramie.graph import State, create_path_filters
        >>> create_path_filters(State({"kernel": 0, "bias": None}))
        {PathIn(frozenset({('bias',)})): None, PathIn(frozenset({('kernel',)})): 0}
    """
    paths: dict[Any, list[Path]] = {}
    for path, value in state.flat_state():
        try:
            paths.setdefault(value, []).append(path)
        except TypeError as error:
            raise UnhashableLeafError(type(value).__name__, path) from error
    return {PathIn(*group): value for value, group in paths.items()}

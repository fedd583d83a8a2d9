"""Values by path as the nested dicts that optax gets, and back.

JAX sorts the keys of a dict and cannot sort an int among strings. A model may have
both on one level (a dict with a layer under 0 and one under "head"), so there the
ints are spelled as strings.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from ramie.graph.traversals import unflatten_mapping
from ramie.graph.typing import Key, Path


def sortable(paths: Sequence[Path]) -> list[Path]:
    """Return paths whose keys are of one type on each level.

    Example:
        >>> sortable([("a", 0), ("a", 1), ("b",)])
        [('a', 0), ('a', 1), ('b',)]
        >>> sortable([(0,), ("head",)])
        [('[0]',), ('head',)]
    """
    types: dict[Path, set[type]] = {}
    for path in paths:
        for depth, key in enumerate(path):
            types.setdefault(path[:depth], set()).add(type(key))
    mixed = {above for above, found in types.items() if len(found) > 1}
    if not mixed:
        return list(paths)
    return [
        tuple(_spell(key, path[:depth] in mixed) for depth, key in enumerate(path))
        for path in paths
    ]


def nest(paths: Iterable[Path], values: Iterable[Any]) -> dict[Any, Any]:
    """Return nested dicts with each value at its path.

    Example:
        >>> nest([("a", 0), ("a", 1), ("b",)], [1.0, 2.0, 3.0])
        {'a': {0: 1.0, 1: 2.0}, 'b': 3.0}
    """
    return unflatten_mapping(zip(paths, values, strict=True))


def pick(tree: Any, paths: Iterable[Path]) -> list[Any]:
    """Return what nested dicts hold at some paths.

    Example:
        >>> pick({"a": {0: 1.0, 1: 2.0}, "b": 3.0}, [("b",), ("a", 1)])
        [3.0, 2.0]
    """
    found = []
    for path in paths:
        value = tree
        for key in path:
            value = value[key]
        found.append(value)
    return found


def _spell(key: Key, as_text: bool) -> Key:
    return f"[{key}]" if as_text and isinstance(key, int) else key

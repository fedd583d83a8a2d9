"""Nested mappings to flat ones, and back.

For plain data: keys may be anything, nothing is known of cells or structure. Depth
has no limit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import jax

from .errors import NotAMappingError, PathConflictError, UnjoinableKeyError

__all__ = ["empty_node", "flatten_mapping", "flatten_to_sequence", "unflatten_mapping"]

IsLeaf: TypeAlias = Callable[[tuple[Any, ...], Mapping[Any, Any]], bool]
"""Is the mapping at this path to be kept whole?"""


class _EmptyNode:
    """The one value that stands for an empty mapping; JAX sees no leaf in it."""

    def __repr__(self) -> str:
        return "empty_node"

    def __reduce__(self) -> str:
        return "empty_node"


empty_node = _EmptyNode()
jax.tree_util.register_pytree_node(
    _EmptyNode, lambda _: ((), None), lambda _data, _children: empty_node
)


def flatten_mapping(
    xs: Mapping[Any, Any],
    /,
    *,
    keep_empty_nodes: bool = False,
    is_leaf: IsLeaf | None = None,
    sep: str | None = None,
) -> dict[Any, Any]:
    """The leaves of nested mappings in one dict, by path.

    Args:
        xs: nested mappings.
        keep_empty_nodes: keep an empty mapping below the root, as `empty_node`;
            otherwise it is left out.
        is_leaf: (path, mapping) → whether to keep that mapping whole, as a leaf.
        sep: what joins the keys of a path to a str; None for tuples of keys.

    Raises:
        NotAMappingError: `xs` is no mapping.
        UnjoinableKeyError: there is a `sep`, and a key that is no str.

    Example:
        >>> from ramie.graph.traversals import flatten_mapping
        >>> flatten_mapping({"a": {"b": 1, "c": {}}, "d": 2})
        {('a', 'b'): 1, ('d',): 2}
        >>> flatten_mapping({"a": {"b": 1, "c": {}}}, keep_empty_nodes=True, sep="/")
        {'a/b': 1, 'a/c': empty_node}
    """
    return {
        path if sep is None else _joined(path, sep): value
        for path, value in _walk(xs, is_leaf)
        if keep_empty_nodes or value is not empty_node
    }


def flatten_to_sequence(
    xs: Mapping[Any, Any], /, *, is_leaf: IsLeaf | None = None
) -> list[tuple[Any, Any]]:
    """The leaves of nested mappings with their paths, in the order they stand.

    Args:
        xs: nested mappings; empty ones are left out.
        is_leaf: (path, mapping) → whether to keep that mapping whole, as a leaf.

    Raises:
        NotAMappingError: `xs` is no mapping.

    Example:
        >>> from ramie.graph.traversals import flatten_to_sequence
        >>> flatten_to_sequence({"b": {"z": 1}, "a": 2})
        [(('b', 'z'), 1), (('a',), 2)]
    """
    return [item for item in _walk(xs, is_leaf) if item[1] is not empty_node]


def unflatten_mapping(
    xs: Mapping[Any, Any] | Iterable[tuple[Any, Any]],
    /,
    *,
    sep: str | None = None,
) -> dict[Any, Any]:
    """Nested dicts of values given by path: what `flatten_mapping` took apart.

    Args:
        xs: path to value, or (path, value) pairs, of which later ones win. The
            value `empty_node` makes an empty dict.
        sep: what separates the keys of a path that is a str; None if paths are
            sequences of keys.

    Raises:
        NotAMappingError: `xs` is neither.
        PathConflictError: the path of a value is the beginning of another path.

    Example:
        >>> from ramie.graph.traversals import unflatten_mapping
        >>> unflatten_mapping({"a/b": 1, "d": 2}, sep="/")
        {'a': {'b': 1}, 'd': 2}
    """
    if not isinstance(xs, Iterable):
        raise NotAMappingError(
            type(xs).__name__, "a mapping of paths to values, or (path, value) pairs"
        )
    nest = _Nest()
    for name, value in xs.items() if isinstance(xs, Mapping) else xs:
        path = tuple(name if sep is None else name.split(sep))
        if value is empty_node:
            nest.branch(path)
        else:
            nest.put(path, value)
    return nest.root


class _Nest:
    """Nested dicts in the making, which know their own from those that are values."""

    def __init__(self) -> None:
        self.root: dict[Any, Any] = {}
        self._branches: dict[tuple[Any, ...], dict[Any, Any]] = {(): self.root}
        self._leaves: set[tuple[Any, ...]] = set()

    def put(self, path: tuple[Any, ...], value: Any) -> None:
        """Put a value at a path."""
        if path in self._branches:
            raise PathConflictError(path)
        self.branch(path[:-1])[path[-1]] = value
        self._leaves.add(path)

    def branch(self, path: tuple[Any, ...]) -> dict[Any, Any]:
        """The dict at a path, made if there is none."""
        known = self._branches.get(path)
        if known is not None:
            return known
        into = self.root
        for depth in range(1, len(path) + 1):
            prefix = path[:depth]
            if prefix in self._leaves:
                raise PathConflictError(prefix)
            if prefix not in self._branches:
                into[prefix[-1]] = self._branches[prefix] = {}
            into = self._branches[prefix]
        return into


def _walk(
    xs: Mapping[Any, Any], is_leaf: IsLeaf | None
) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if not isinstance(xs, Mapping):
        raise NotAMappingError(type(xs).__name__, "a (nested) mapping")
    stack: list[tuple[tuple[Any, ...], Any]] = [((), xs)]
    while stack:
        path, value = stack.pop()
        if not isinstance(value, Mapping) or (is_leaf and is_leaf(path, value)):
            yield path, value
        elif value:
            below = [((*path, key), item) for key, item in value.items()]
            stack.extend(reversed(below))
        elif path:
            yield path, empty_node


def _joined(path: tuple[Any, ...], sep: str) -> str:
    if not all(isinstance(key, str) for key in path):
        raise UnjoinableKeyError(path, sep)
    return sep.join(path)

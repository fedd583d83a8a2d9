"""Agreement: where two trees differ that JAX needs to be alike, named by path.

The branches of a `cond` return the same types, and the body of a loop returns the
types it is passed. JAX says so in terms of arrays; here it is said in terms of what
the user's functions take and return.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import jax

from ramie.graph.extend import is_object, type_of


class Disagreement(NamedTuple):
    """The first place where two trees differ, and what each has there."""

    path: str
    first: str
    second: str


class Returned:
    """Stands for an object in a tree that is compared: the number of it."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def __repr__(self) -> str:
        return "an object"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Returned) and self.number == other.number

    __hash__ = None  # type: ignore[assignment]  # compared, never looked up


def disagreement(first: Any, second: Any) -> Disagreement | None:
    """The first difference of two trees: keys, shapes, dtypes, or which object.

    Weakly typed arrays agree with others of their dtype, since JAX converts them.

    Example:
        >>> disagreement({"n": 1.0, "k": 0}, {"n": jnp.ones(2), "k": 1})
        Disagreement(path='n', first='float32[]', second='float32[2]')
        >>> disagreement((1, 2), (3, 4)) is None
        True
    """
    trees: list[Any] = [
        jax.tree.flatten(tree, is_leaf=is_object) for tree in (first, second)
    ]
    (first_leaves, first_tree), (second_leaves, second_tree) = trees
    if first_tree == second_tree and all(map(_alike, first_leaves, second_leaves)):
        return None
    ours, theirs = dict(_by_path(first)), dict(_by_path(second))
    for path in {**ours, **theirs}:
        if path not in theirs:
            return Disagreement(path, show(ours[path]), "nothing")
        if path not in ours:
            return Disagreement(path, "nothing", show(theirs[path]))
        if not _alike(ours[path], theirs[path]):
            here, there = show(ours[path]), show(theirs[path])
            if here == there:  # two objects of one type
                there = f"another object, a {type(theirs[path]).__name__},"
            return Disagreement(path, here, there)
    return Disagreement("", str(first_tree), str(second_tree))


def show(leaf: Any) -> str:
    """A leaf in a few words: its type, or that of the array.

    Example:
        >>> show(jnp.ones((2, 3)))
        'float32[2,3]'
    """
    if is_object(leaf):
        return f"the {type(leaf).__name__} object"
    try:
        shape, dtype = _shape(leaf)
    except TypeError:
        return repr(leaf)
    return f"{dtype}[{','.join(map(str, shape))}]"


def _by_path(tree: Any) -> Iterator[tuple[str, Any]]:
    for path, leaf in jax.tree.leaves_with_path(tree, is_leaf=is_object):
        yield jax.tree_util.keystr(path, simple=True, separator="/"), leaf


def _alike(first: Any, second: Any) -> bool:
    if first is second:
        return True
    if is_object(first) or is_object(second):
        return False
    if isinstance(first, Returned) or isinstance(second, Returned):
        return bool(first == second)
    return _shape(first) == _shape(second)


def _shape(leaf: Any) -> tuple[tuple[int, ...], Any]:
    if not hasattr(leaf, "shape"):
        leaf = type_of(leaf)
    return leaf.shape, leaf.dtype

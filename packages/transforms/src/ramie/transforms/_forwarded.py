"""Forwarded: what a loop or a branch passes on untouched comes out as itself.

Control flow is given all leaves and returns all of them. JAX takes those that are
returned as they came out of its program, and hands back the very arrays that went in.
So one look at the results tells which leaves were written, and those that were only
read cost nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp


def as_arrays(contents: Sequence[Any]) -> list[Any]:
    """Contents as JAX would take them, so that it hands back the same objects."""
    return [
        content if isinstance(content, jax.Array) else jax.tree.map(_array, content)
        for content in contents
    ]


def _array(leaf: Any) -> Any:
    return leaf if isinstance(leaf, jax.Array) else jnp.asarray(leaf)


def written_among(before: Sequence[Any], after: Sequence[Any]) -> dict[int, Any]:
    """The new contents of the leaves that did not come out as they went in.

    Example:
        >>> x, y = jnp.zeros(2), jnp.ones(2)
        >>> list(written_among([x, y], [x, y + 1]))
        [1]
    """
    pairs = enumerate(zip(before, after, strict=True))
    return {number: now for number, (was, now) in pairs if not _is_same(was, now)}


def _is_same(before: Any, after: Any) -> bool:
    if before is after:
        return True
    if isinstance(before, jax.Array):
        return False
    trees: list[Any] = [jax.tree.flatten(tree) for tree in (before, after)]
    (ours, our_tree), (theirs, their_tree) = trees
    return our_tree == their_tree and all(
        was is now for was, now in zip(ours, theirs, strict=True)
    )

"""Shapes of what cells hold: of an array, or of each array of a tree."""

from typing import Any

import jax
import jax.numpy as jnp

from ramie.graph.extend import content_of


def shape_of(leaf: Any) -> Any:
    """The shape of an array; of a tree of arrays, the tree of their shapes.

    Args:
        leaf: an array or a tree of them, or a cell that holds it.

    Example:
        >>> shape_of(jnp.ones(2)), shape_of({"a": 1.0})
        ((2,), {'a': ()})
    """
    return jax.tree.map(jnp.shape, content_of(leaf))

"""Calls: what is known of each method that was called."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax

from ramie.graph.extend import content_of, is_cell, is_object

from .._recording import ends_here
from ..rngs import RngStream


@dataclass
class CallInfo:
    """One call of a method of a module: the first one of that method.

    Attributes:
        call_order: how many calls began before.
        object_id: a number that only calls of the same module have.
        type: the class of the module.
        path: where the module is, and the name of the method unless it is `__call__`.
        inputs_repr: a text for the arguments.
        outputs: what was returned, with shapes for arrays.
        flops: floating-point operations of the call; None if they were not asked for.
        vjp_flops: those of the call and its gradient.
    """

    call_order: int
    object_id: int
    type: type
    path: tuple[Any, ...]
    inputs_repr: str
    outputs: Any
    flops: int | None
    vjp_flops: int | None


RowFilter = Callable[[CallInfo], bool]


def filter_rng_streams(row: CallInfo) -> bool:
    """Whether a call is of anything but a stream of random keys.

    Example:
        >>> filter_rng_streams(CallInfo(0, 1, dict, (), "", None, None, None))
        True
    """
    return not issubclass(row.type, RngStream)


def shapes_of(tree: Any) -> Any:
    """A tree with shapes in place of arrays, and a text for each object."""
    return jax.tree.map(_shape, tree, is_leaf=ends_here)


def _shape(leaf: Any) -> Any:
    if is_cell(leaf):
        return jax.tree.map(_shape, content_of(leaf))
    if is_object(leaf):
        return type(leaf).__name__
    if hasattr(leaf, "shape") and hasattr(leaf, "dtype"):
        return jax.ShapeDtypeStruct(leaf.shape, leaf.dtype)  # type: ignore[no-untyped-call]
    return leaf

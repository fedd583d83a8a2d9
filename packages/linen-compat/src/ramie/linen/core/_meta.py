"""Boxes around arrays that carry metadata of their axes.

A box is a pytree node that knows what happens to its metadata when a transform adds or
removes an axis. Modules declare variables with boxes and work with what is inside.
"""

import abc
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import jax
import numpy as np

A = TypeVar("A")
B = TypeVar("B")
TAxisMetadata = TypeVar("TAxisMetadata", bound="AxisMetadata[Any]")


class AxisMetadata(Generic[A], metaclass=abc.ABCMeta):
    """Base of boxes: what a box has to do.

    A subclass is a pytree node whose one child is the value.
    """

    @abc.abstractmethod
    def unbox(self) -> A:
        """The value, which may get a sharding by the metadata."""

    @abc.abstractmethod
    def replace_boxed(self, val: B) -> "AxisMetadata[B]":
        """The same box around another value."""

    @abc.abstractmethod
    def add_axis(
        self: TAxisMetadata, index: int, params: dict[Any, Any]
    ) -> TAxisMetadata:
        """The box once a transform has added an axis.

        Args:
            index: where the axis is.
            params: what the transform says about the axis.
        """

    @abc.abstractmethod
    def remove_axis(
        self: TAxisMetadata, index: int, params: dict[Any, Any]
    ) -> TAxisMetadata:
        """The box once a transform has removed an axis.

        Args:
            index: where the axis was.
            params: what the transform says about the axis.
        """


PLAIN = (jax.Array, np.ndarray, int, float, bool, complex, str, type(None))
"""Types without boxes in them, which are most of what variables hold."""


def is_axis_metadata(val: Any) -> bool:
    """Whether this is a box."""
    return isinstance(val, AxisMetadata)


def map_axis_meta(fn: Callable[[AxisMetadata[Any]], Any], tree: Any) -> Any:
    """Apply a function to each box in a tree; everything else stays."""
    if isinstance(tree, PLAIN):
        return tree
    if isinstance(tree, AxisMetadata):
        return fn(tree)

    def mapped(leaf: Any) -> Any:
        return fn(leaf) if isinstance(leaf, AxisMetadata) else leaf

    return jax.tree.map(mapped, tree, is_leaf=is_axis_metadata)


def unbox(tree: Any) -> Any:
    """Take the values out of all boxes.

    Example:
        >>> from ramie import linen as nn
        >>> nn.unbox({"kernel": nn.Partitioned(1.0, ("embed",)), "bias": 0.0})
        {'bias': 0.0, 'kernel': 1.0}
    """
    return map_axis_meta(_unbox, tree)


def _unbox(box: AxisMetadata[Any]) -> Any:
    return unbox(box.unbox())


def add_axis(tree: Any, index: int, params: dict[Any, Any]) -> Any:
    """Tell all boxes that an axis was added."""
    return map_axis_meta(lambda box: box.add_axis(index, params), tree)


def remove_axis(tree: Any, index: int, params: dict[Any, Any]) -> Any:
    """Tell all boxes that an axis was removed."""
    return map_axis_meta(lambda box: box.remove_axis(index, params), tree)


def replace_boxed(tree: Any, updates: Any) -> Any:
    """Put new values into the boxes of a tree.

    Args:
        tree: with boxes.
        updates: the same tree with other values, not in boxes.

    Returns:
        The updates, in the boxes of the tree where it has some.
    """
    if isinstance(tree, PLAIN):
        return updates

    def replaced(old: Any, new: Any) -> Any:
        if isinstance(old, AxisMetadata):
            return old.replace_boxed(replace_boxed(old.unbox(), new))
        return new

    return jax.tree.map(replaced, tree, updates, is_leaf=is_axis_metadata)

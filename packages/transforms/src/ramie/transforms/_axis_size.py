"""Axis size: how many elements there are along the axes of all inputs."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

import jax
import numpy as np

from ramie.graph.typing import Path

from ._state_axes import Axis
from .errors import AxisSizeError, show_place


def axis_size(
    inputs: Iterable[tuple[Axis, Path, Any]], given: int | None, what: str
) -> int:
    """How many elements there are along the axes of all inputs.

    Args:
        inputs: axis, place and content of each.
        given: the number, if the user said it.
        what: how the user says it.

    Raises:
        AxisSizeError: an array has no such axis, two have different sizes, nothing
            says how many there are, or what the user said is no number of elements.
    """
    size = None if given is None else _number(given, what)
    first: str | Path = what
    for axis, place, content in inputs:
        if not isinstance(axis, int):
            continue
        for leaf in jax.tree.leaves(content):
            shape = np.shape(leaf)
            if not -len(shape) <= axis < len(shape):
                raise AxisSizeError(place, axis, f"its shape is {shape}")
            if size is None:
                size, first = shape[axis], place
            elif shape[axis] != size:
                raise AxisSizeError(place, axis, _sizes(shape[axis], size, first))
    if size is None:
        raise AxisSizeError("the call", None, f"give {what}, or an array with an axis")
    return size


def _number(given: Any, what: str) -> int:
    """The number of elements that the user said; JAX takes 8.0 for 8."""
    is_whole = isinstance(given, float) and given.is_integer()
    try:
        size = int(given) if is_whole else operator.index(given)
    except TypeError:
        size = -1
    if size < 0:
        why = f"{what} is {given!r}, which is no number of elements"
        raise AxisSizeError("the call", None, why)
    return size


def _sizes(size: int, other: int, first: Any) -> str:
    where = first if isinstance(first, str) else show_place(first)
    return f"it has {size} elements there, but {where} says {other}"

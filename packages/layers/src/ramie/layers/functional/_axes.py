"""Axes and per-axis settings in one canonical form."""

import operator
from collections.abc import Sequence

from ramie.layers.errors import AxisCountError, AxisError
from ramie.layers.typing import Axes, PerAxis, Shape


def canonical_axes(place: str, axes: Axes, ndim: int) -> Shape:
    """Sorted axes without repetition, each counted from the front.

    Raises:
        AxisError: an axis does not exist in `ndim` axes.

    Example:
        >>> canonical_axes("normalize", (-1, 0, 2), 3)
        (0, 2)
    """
    named = axes if isinstance(axes, Sequence) else (axes,)
    found = set()
    for axis in named:
        if not -ndim <= axis < ndim:
            raise AxisError(place, axis, ndim)
        found.add(axis % ndim)
    return tuple(sorted(found))


def per_axis(place: str, argument: str, setting: PerAxis, count: int) -> Shape:
    """A setting for each of `count` spatial axes; None stands for 1.

    Raises:
        AxisCountError: a sequence of another length, or an entry below 1.

    Example:
        >>> per_axis("conv", "strides", 2, 3)
        (2, 2, 2)
    """
    if setting is None:
        return (1,) * count
    if isinstance(setting, Sequence):
        entries = tuple(map(operator.index, setting))
    else:
        entries = (operator.index(setting),) * count
    if len(entries) != count or any(entry < 1 for entry in entries):
        raise AxisCountError(place, argument, entries, count)
    return entries

"""Axes and per-axis settings in one canonical form."""

import operator
from collections.abc import Sequence

from ramie.layers.errors import AxisCountError, AxisError, DuplicateAxisError
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


def distinct_axes(
    place: str, axes: Axes, ndim: int, *, but_not: Sequence[int] = ()
) -> Shape:
    """Canonical axes, each of them named once and none of them in `but_not`.

    Raises:
        AxisError: an axis does not exist in `ndim` axes.
        DuplicateAxisError: two of the axes are the same.

    Example:
        >>> distinct_axes("linear_general", (-1, -2), 4)
        (2, 3)
    """
    found = canonical_axes(place, axes, ndim)
    named = tuple(axes) if isinstance(axes, Sequence) else (axes,)
    if len(found) < len(named) or set(found) & set(but_not):
        raise DuplicateAxisError(place, (*but_not, *named), ndim)
    return found


def broadcasts(given: Shape, shape: Shape) -> bool:
    """Whether an array of one shape broadcasts to another shape as it is.

    Example:
        >>> broadcasts((1, 3), (4, 5, 3)), broadcasts((2, 3), (4, 5, 3))
        (True, False)
    """
    tail = shape[len(shape) - len(given) :]
    return len(given) <= len(shape) and all(
        own in (1, size) for own, size in zip(given, tail, strict=True)
    )


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

"""Axes of variables: what a lifted vmap or scan does with each collection."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import jax

from ..errors import LiftedAxesError
from . import _meta as meta
from ._groups import Groups
from ._rng import LazyRng

T = TypeVar("T")


@dataclass(frozen=True)
class In(Generic[T]):
    """An axis of variables that only go in: they may not change.

    Attributes:
        axis: the axis.
    """

    axis: T


@dataclass(frozen=True)
class Out(Generic[T]):
    """An axis of variables that only come out: those outside are not seen.

    Attributes:
        axis: the axis.
    """

    axis: T


def split_axes(
    variable_axes: Mapping[Any, Any], allowed: tuple[type, ...]
) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Axes by filter, of what goes in and of what comes out.

    Raises:
        LiftedAxesError: an axis is none.
    """
    ins, outs = {}, {}
    for filter_like, given in variable_axes.items():
        axis = given.axis if isinstance(given, (In, Out)) else given
        if not isinstance(axis, allowed) or isinstance(axis, bool):
            raise LiftedAxesError(
                f"variable_axes={{{filter_like!r}: {given!r}}}",
                f"An axis is {' or '.join(map(_spell, allowed))}, or In(axis) or "
                f"Out(axis).",
            )
        if not isinstance(given, Out):
            ins[filter_like] = axis
        if not isinstance(given, In):
            outs[filter_like] = axis
    return ins, outs


def _spell(kind: type) -> str:
    return "None" if kind is type(None) else f"an {kind.__name__}"


def boxes_inside(
    groups: Groups, axes: Sequence[int | None], params: Mapping[Any, Any]
) -> Groups:
    """Groups as they are inside: their boxes have lost the axis."""
    return _on_boxes(meta.remove_axis, groups, axes, params)


def boxes_outside(
    groups: Groups, axes: Sequence[int | None], params: Mapping[Any, Any]
) -> Groups:
    """Groups as they are outside: their boxes have got the axis."""
    return _on_boxes(meta.add_axis, groups, axes, params)


def _on_boxes(
    change: Callable[..., Any],
    groups: Groups,
    axes: Sequence[int | None],
    params: Mapping[Any, Any],
) -> Groups:
    return tuple(
        group if axis is None else change(group, axis, dict(params))
        for group, axis in zip(groups, axes, strict=True)
    )


def split_keys(
    rngs: Groups, splits: Sequence[bool], size: int | tuple[int, ...]
) -> Groups:
    """Keys in groups, those to be split as arrays of keys."""

    def split(lazy: LazyRng) -> LazyRng:
        return LazyRng(jax.random.split(lazy.rng, size), lazy.suffix)

    return tuple(
        jax.tree.map(split, group, is_leaf=_is_lazy) if is_split else group
        for group, is_split in zip(rngs, splits, strict=True)
    )


def _is_lazy(value: Any) -> bool:
    return isinstance(value, LazyRng)


def per_argument(axes: Any, count: int, what: str) -> tuple[Any, ...]:
    """Axes of each argument.

    Raises:
        LiftedAxesError: there are other many arguments.
    """
    if not isinstance(axes, (tuple, list)):
        return (axes,) * count
    if len(axes) != count:
        raise LiftedAxesError(
            f"in_axes={axes!r} is for {len(axes)} arguments, and {what} got {count}",
            "Give an axis, None or nn.broadcast for each argument after the module.",
        )
    return tuple(axes)

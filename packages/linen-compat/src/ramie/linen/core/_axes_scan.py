"""A scan over any axes, with constants that the first step makes for all.

`jax.lax.scan` scans over first axes only. Here each argument and result has an axis, or
is `broadcast`: an argument that all steps see whole, a result that must be the same in
all steps and is computed once, before the loop.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from ..errors import LazyInitError, LiftedAxesError, LoopInvariantError
from ._lazy import lazily


class Broadcast:
    """The type of `broadcast`."""

    def __repr__(self) -> str:
        return "nn.broadcast"

    def __reduce__(self) -> str:
        return "broadcast"


broadcast = Broadcast()
"""In place of an axis: the whole value for every step."""

Body = Callable[..., tuple[Any, Any, Any]]


def is_whole(axis: Any) -> bool:
    """Whether a value with this in place of an axis is not cut into slices."""
    return axis is None or isinstance(axis, Broadcast)


def leaf_axes(axes: Any, tree: Any) -> list[Any]:
    """The axis of each leaf of a tree, whose first levels the axes have."""
    found: list[Any] = []

    def note(axis: Any, part: Any) -> None:
        found.extend([axis] * len(jax.tree.leaves(part)))

    jax.tree.map(note, axes, tree, is_leaf=lambda axis: axis is None)
    return found


def scan(
    fn: Body,
    in_axes: Any,
    out_axes: Any,
    length: int | None = None,
    reverse: bool = False,
    unroll: int = 1,
    _split_transpose: bool = False,
    has_constants: bool = False,
    where: str = "scan",
) -> Callable[..., tuple[Any, Any, Any]]:
    """Repeat a function over slices of its arguments.

    Args:
        fn: called with constants, the carry and slices; it returns constants, the new
            carry, and results.
        in_axes: an axis or `broadcast` for each argument, or trees of them.
        out_axes: the same for the results.
        length: how many steps, if no argument says it.
        reverse: whether to begin at the end.
        unroll: how many steps are compiled as one.
        _split_transpose: as `jax.lax.scan` has it.
        has_constants: whether the constants that `fn` returns are wanted. The first
            call gets None for constants, and computes them; the others get them.
        where: the place, for errors.

    Returns:
        A function of the carry and the arguments, which returns the constants, the last
        carry and all results.
    """

    def scanned(init: Any, *args: Any) -> tuple[Any, Any, Any]:
        leaves, treedef = jax.tree.flatten(args)
        axes = leaf_axes(in_axes, args)
        steps = steps_of(args, in_axes, length, where)
        cut = [n for n, axis in enumerate(axes) if not is_whole(axis)]
        xs = [_to_front(leaves[n], axes[n]) for n in cut]

        def step(constants: Any, carry: Any, slices: list[Any]) -> Any:
            full = list(leaves)
            for n, part in zip(cut, slices, strict=True):
                full[n] = part
            constants, carry, ys = fn(
                constants, carry, *jax.tree.unflatten(treedef, full)
            )
            out_leaves, out_treedef = jax.tree.flatten(ys)
            return constants, carry, out_leaves, out_treedef, leaf_axes(out_axes, ys)

        constants: Any = None
        whole: list[Any] = []
        if has_constants or any(
            map(is_whole, jax.tree.leaves(out_axes, is_leaf=is_whole))
        ):
            constants, whole = _constants(step, init, xs, where)
        about: list[Any] = []

        def body(carry: Any, slices: list[Any]) -> tuple[Any, list[Any]]:
            _, carry, ys, *found = step(constants, carry, slices)
            about[:] = found
            kept = zip(ys, found[1], strict=True)
            return carry, [y for y, axis in kept if not is_whole(axis)]

        split: dict[str, Any] = {"_split_transpose": True} if _split_transpose else {}
        carry, ys = jax.lax.scan(
            body, init, xs, length=steps, reverse=reverse, unroll=unroll, **split
        )
        rest, fixed = iter(ys), iter(whole)
        out_treedef, found_axes = about
        joined = [
            next(fixed) if is_whole(axis) else _from_front(next(rest), axis)
            for axis in found_axes
        ]
        return constants, carry, jax.tree.unflatten(out_treedef, joined)

    return scanned


def _constants(
    step: Any, init: Any, xs: list[Any], where: str
) -> tuple[Any, list[Any]]:
    """What one step makes that depends neither on the carry nor on slices."""

    def constant(carry: Any, slices: list[Any]) -> tuple[Any, list[Any]]:
        constants, _, ys, _, axes = step(None, carry, slices)
        return constants, [y for y, a in zip(ys, axes, strict=True) if is_whole(a)]

    try:
        return lazily(constant, *_shapes(init, xs))  # type: ignore[no-any-return]
    except LazyInitError as error:
        raise LoopInvariantError(where, str(error.args[-1])) from error


def _shapes(init: Any, xs: list[Any]) -> tuple[Any, Any]:
    carry = jax.tree.map(_shape, init)
    return carry, [_shape(x, drop=True) for x in xs]


def _shape(value: Any, drop: bool = False) -> jax.ShapeDtypeStruct:
    if not hasattr(value, "dtype"):
        value = jnp.asarray(value)
    shape = value.shape[1:] if drop else value.shape
    return jax.ShapeDtypeStruct(shape, value.dtype)  # type: ignore[no-untyped-call,unused-ignore]


def steps_of(values: Any, axes: Any, length: int | None, where: str) -> int:
    """How many steps there are along the axes of values.

    Raises:
        LiftedAxesError: nothing says it, or several say different numbers.
    """
    sizes: set[int] = set()
    for leaf, axis in zip(
        jax.tree.leaves(values), leaf_axes(axes, values), strict=True
    ):
        if is_whole(axis):
            continue
        shape = jnp.shape(leaf)
        if not -len(shape) <= axis < len(shape):
            raise LiftedAxesError(
                f"{where}: something of shape {shape} has no axis {axis}",
                "Choose another axis in in_axes or variable_axes, or nn.broadcast.",
            )
        sizes.add(shape[axis])
    if length is not None:
        sizes.add(length)
    if len(sizes) == 1:
        return sizes.pop()
    if not sizes:
        raise LiftedAxesError(
            f"{where}: nothing says how many steps there are", "Pass length=..."
        )
    raise LiftedAxesError(
        f"{where}: what is cut into slices has different lengths: {sorted(sizes)}",
        "All slices, and length=, have to agree.",
    )


def _to_front(x: Any, axis: int) -> Any:
    return x if axis == 0 else jnp.moveaxis(x, axis, 0)


def _from_front(y: Any, axis: int) -> Any:
    return y if axis == 0 else jnp.moveaxis(y, 0, axis)

"""Lifted scan: a loop whose steps have slices of variables, and keys of their own."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp

from ..errors import LiftedCarryError
from ._axes_scan import broadcast, steps_of
from ._axes_scan import scan as axes_scan
from ._collections import CollectionFilter
from ._lift_axes import (
    boxes_inside,
    boxes_outside,
    per_argument,
    split_axes,
    split_keys,
)
from ._pack import Pack

NO_AXES: Mapping[Any, Any] = {}
NO_GROUP: tuple[dict[str, Any], ...] = ({},)


def scan(
    fn: Callable[..., Any],
    variable_axes: Mapping[Any, Any] = NO_AXES,
    variable_broadcast: CollectionFilter = False,
    variable_carry: CollectionFilter = False,
    split_rngs: Mapping[Any, bool] = NO_AXES,
    in_axes: Any = 0,
    out_axes: Any = 0,
    length: int | None = None,
    reverse: bool = False,
    unroll: int = 1,
    _split_transpose: bool = False,
    data_transform: Callable[..., Any] | None = None,
    metadata_params: Mapping[Any, Any] = NO_AXES,
    check_constancy_invariants: bool = True,
) -> Callable[..., Any]:
    """Repeat a function of scopes, with a carry, over slices of the arguments.

    Args:
        fn: called with the scopes, the carry and slices; returns the new carry and a
            result.
        variable_axes: by filter of collections, the axis that the steps are along, so
            that each step has variables of its own.
        variable_broadcast: a filter of the collections that all steps share; they may
            be made in the first step, and not be changed.
        variable_carry: a filter of those that each step hands on to the next.
        split_rngs: by filter of keys, whether each step has its own (True) or all have
            the same (False). Keys that are not named are not there.
        in_axes: an axis or `broadcast`, for all arguments or in a tuple for each.
        out_axes: the same for the results.
        length: the number of steps, if nothing else says it.
        reverse: whether to begin at the end.
        unroll: how many steps are compiled as one.
        _split_transpose: as `jax.lax.scan` has it.
        data_transform: changes the groups of variables and keys within each step.
        metadata_params: what boxes are told about the axis.
        check_constancy_invariants: whether keys are counted as if each step was traced
            twice, as the reference does it.

    Returns:
        A function of scopes, the carry and the arguments, which returns the carry and
        all results.
    """
    ins, outs = split_axes(variable_axes, (int,))
    in_filters = (variable_broadcast, variable_carry, *ins)
    out_filters = (variable_broadcast, variable_carry, *outs)
    split_filters, splits = tuple(split_rngs), tuple(split_rngs.values())
    ins_axes, outs_axes = tuple(ins.values()), tuple(outs.values())
    key_axes = tuple(0 if is_split else broadcast for is_split in splits)

    def lifted(scopes: Any, init: Any, *args: Any, **kwargs: Any) -> Any:
        pack = Pack(scopes, in_filters, out_filters, split_filters, "scan")
        where = pack.where
        argument_axes = per_argument(in_axes, len(args), where)
        shared, carried, *sliced = pack.variables
        scanned = (tuple(sliced), args)
        steps = steps_of(scanned, (ins_axes, argument_axes), length, where)
        rngs = split_keys(pack.rngs, splits, steps)
        hoists = pack.may_change(variable_broadcast)

        def step(constants: Any, carry: Any, sliced: Any, rngs: Any, args: Any) -> Any:
            c, carried = carry
            groups = (
                shared if constants is None else updated(shared, constants),
                carried,
                *boxes_inside(sliced, ins_axes, metadata_params),
            )
            if data_transform is not None:
                groups, rngs = data_transform(groups, rngs)
            drawn = pack.drawn()
            y, out = pack.run(fn, groups, rngs, c, *args, **kwargs)
            if check_constancy_invariants and not hoists and pack.drawn() != drawn:
                # The reference traces twice, and keys of the first trace are lost.
                y, out = pack.run(fn, groups, rngs, c, *args, **kwargs)
            if not isinstance(y, tuple) or len(y) != 2:
                raise LiftedCarryError(
                    where,
                    f"the body of a scan returned {type(y).__name__}",
                    "Return a pair: the carry for the next step, and a result or None.",
                )
            fixed, changed, *others = out
            rest = boxes_outside(tuple(others), outs_axes, metadata_params)
            carry = keep_carry(where, carry, (y[0], updated(carried, changed)))
            return fixed, carry, (y[1], rest)

        run = axes_scan(
            step,
            (ins_axes, key_axes, argument_axes),
            (out_axes, outs_axes),
            steps,
            reverse,
            unroll,
            _split_transpose,
            hoists,
            where,
        )
        fixed, (c, carried), (ys, rest) = run(
            (init, carried), tuple(sliced), rngs, args
        )
        pack.put_back((fixed or NO_GROUP * len(shared), carried, *rest))
        return c, ys

    return lifted


def updated(groups: Any, changed: Any) -> Any:
    """A group with the collections that have changed."""
    return tuple({**old, **new} for old, new in zip(groups, changed, strict=True))


def keep_carry(where: str, before: Any, after: Any) -> Any:
    """What a step hands on, which has to be what it got.

    Raises:
        LiftedCarryError: it is of another structure or shape.
    """
    (old, old_tree), (new, new_tree) = jax.tree.flatten(before), jax.tree.flatten(after)
    if old_tree != new_tree:  # type: ignore[operator,unused-ignore]
        raise LiftedCarryError(
            where,
            f"the carry is {new_tree} after a step and {old_tree} before it",
            "Return a carry of the structure it came with; make variables that are "
            "carried before the loop.",
        )
    for one, other in zip(old, new, strict=True):
        if jnp.shape(one) != jnp.shape(other):
            raise LiftedCarryError(
                where,
                f"a part of the carry has the shape {jnp.shape(other)} after a step, "
                f"and {jnp.shape(one)} before it",
                "Return a carry of the shapes it came with.",
            )
    return after

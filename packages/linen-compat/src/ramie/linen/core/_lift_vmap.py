"""Lifted vmap: copies of variables along an axis, and of keys."""

from collections.abc import Callable, Mapping
from typing import Any

import jax

from ._axes_scan import steps_of
from ._groups import Groups
from ._lift_axes import (
    boxes_inside,
    boxes_outside,
    per_argument,
    split_axes,
    split_keys,
)
from ._lift_scan import NO_AXES
from ._pack import Pack


def vmap(
    fn: Callable[..., Any],
    variable_axes: Mapping[Any, Any] = NO_AXES,
    split_rngs: Mapping[Any, bool] = NO_AXES,
    in_axes: Any = 0,
    out_axes: Any = 0,
    axis_size: int | None = None,
    axis_name: Any = None,
    spmd_axis_name: Any = None,
    metadata_params: Mapping[Any, Any] = NO_AXES,
) -> Callable[..., Any]:
    """Map a function of scopes over an axis of arguments and variables.

    Args:
        fn: its first argument is the scopes.
        variable_axes: by filter of collections, the axis that is mapped over, or None
            for variables that all share.
        split_rngs: by filter of keys, whether each has its own (True) or all have the
            same (False). Keys that are not named are not there.
        in_axes: an axis or None, for all arguments or in a tuple for each.
        out_axes: the same for what it returns.
        axis_size: the size of the axis, if no argument says it.
        axis_name: its name for collective operations.
        spmd_axis_name: as `jax.vmap` has it.
        metadata_params: what boxes are told about the axis.

    Returns:
        A function of scopes and the arguments.
    """
    ins, outs = split_axes(variable_axes, (int, type(None)))
    split_filters, splits = tuple(split_rngs), tuple(split_rngs.values())
    ins_axes, outs_axes = tuple(ins.values()), tuple(outs.values())
    key_axes = tuple(0 if is_split else None for is_split in splits)

    def lifted(scopes: Any, *args: Any, **kwargs: Any) -> Any:
        pack = Pack(scopes, tuple(ins), tuple(outs), split_filters, "vmap")
        argument_axes = per_argument(in_axes, len(args), pack.where)
        values = (pack.variables, args)
        size = steps_of(values, (ins_axes, argument_axes), axis_size, pack.where)

        def mapped(groups: Groups, rngs: Groups, args: Any) -> Any:
            groups = boxes_inside(groups, ins_axes, metadata_params)
            y, out = pack.run(fn, groups, rngs, *args, **kwargs)
            return y, boxes_outside(out, outs_axes, metadata_params)

        y, out = jax.vmap(
            mapped,
            in_axes=(ins_axes, key_axes, argument_axes),
            out_axes=(out_axes, outs_axes),
            axis_size=size,
            axis_name=axis_name,
            spmd_axis_name=spmd_axis_name,
        )(pack.variables, split_keys(pack.rngs, splits, size), args)
        pack.put_back(out)
        return y

    return lifted

"""nn.scan and nn.vmap."""

from collections.abc import Callable, Mapping
from typing import Any

from ..core import CollectionFilter
from ..core import lift as core
from ._lift import lift

NOTHING: Mapping[Any, Any] = {}


def scan(
    target: Any,
    variable_axes: Mapping[Any, Any] = NOTHING,
    variable_broadcast: CollectionFilter = False,
    variable_carry: CollectionFilter = False,
    split_rngs: Mapping[Any, bool] = NOTHING,
    in_axes: Any = 0,
    out_axes: Any = 0,
    length: int | None = None,
    reverse: bool = False,
    unroll: int = 1,
    data_transform: Callable[..., Any] | None = None,
    metadata_params: Mapping[Any, Any] = NOTHING,
    methods: Any = None,
    _split_transpose: bool = False,
    check_constancy_invariants: bool = True,
) -> Any:
    """Repeat a module over slices of its arguments, with a carry.

    Args:
        target: a class of modules, or a function of one, that gets the carry and
            slices, and returns the carry and a result.
        variable_axes: by filter of collections, the axis that the steps are along, so
            that each step has variables of its own.
        variable_broadcast: a filter of the collections that all steps share; they may
            be made in the first step, and not be changed.
        variable_carry: a filter of those that each step hands on to the next.
        split_rngs: by filter of keys, whether each step has its own (True) or all have
            the same (False). Keys that are not named are not there.
        in_axes: an axis or `nn.broadcast`, for all arguments but the carry, or in a
            tuple for each.
        out_axes: the same for the results.
        length: the number of steps, if no argument says it.
        reverse: whether to begin at the end.
        unroll: how many steps are compiled as one.
        data_transform: changes the groups of variables and keys within each step.
        metadata_params: what boxes are told about the axis.
        methods: names of the methods, if not `__call__`; or a dict with options.
        _split_transpose: as `jax.lax.scan` has it.
        check_constancy_invariants: whether keys are counted as if each step was traced
            twice, as the reference does it.

    Raises:
        TransformTargetError: the target is neither.

    Example:
        >>> from ramie import linen as nn
        >>> class Sum(nn.Module):
        ...     @nn.compact
        ...     def __call__(self, total, x):
        ...         total = total + x * self.param("w", nn.initializers.ones, ())
        ...         return total, total
        >>> Sums = nn.scan(
        ...     Sum, variable_broadcast="params", split_rngs={"params": False})
        >>> (total, all_of_them), _ = Sums().init_with_output(
        ...     jax.random.key(0), 0.0, jnp.arange(4.0))
        >>> print(all_of_them)
        [0. 1. 3. 6.]
    """
    return lift(
        core.scan,
        target,
        "Scan",
        methods,
        variable_axes=variable_axes,
        variable_broadcast=variable_broadcast,
        variable_carry=variable_carry,
        split_rngs=split_rngs,
        in_axes=in_axes,
        out_axes=out_axes,
        length=length,
        reverse=reverse,
        unroll=unroll,
        _split_transpose=_split_transpose,
        data_transform=data_transform,
        metadata_params=metadata_params,
        check_constancy_invariants=check_constancy_invariants,
    )


def vmap(
    target: Any,
    variable_axes: Mapping[Any, Any] = NOTHING,
    split_rngs: Mapping[Any, bool] = NOTHING,
    in_axes: Any = 0,
    out_axes: Any = 0,
    axis_size: int | None = None,
    axis_name: Any = None,
    spmd_axis_name: Any = None,
    metadata_params: Mapping[Any, Any] = NOTHING,
    methods: Any = None,
) -> Any:
    """Map a module over an axis of its arguments and variables.

    Args:
        target: a class of modules, or a function of one.
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
        methods: names of the methods, if not `__call__`; or a dict with options.

    Raises:
        TransformTargetError: the target is neither.

    Example:
        >>> from ramie import linen as nn
        >>> class Scale(nn.Module):
        ...     @nn.compact
        ...     def __call__(self, x):
        ...         return x * self.param("scale", nn.initializers.ones, ())
        >>> Scales = nn.vmap(
        ...     Scale, variable_axes={"params": 0}, split_rngs={"params": True})
        >>> Scales().init(jax.random.key(0), jnp.ones(3))["params"]["scale"].shape
        (3,)
    """
    return lift(
        core.vmap,
        target,
        "Vmap",
        methods,
        variable_axes=variable_axes,
        split_rngs=split_rngs,
        in_axes=in_axes,
        out_axes=out_axes,
        axis_size=axis_size,
        axis_name=axis_name,
        spmd_axis_name=spmd_axis_name,
        metadata_params=metadata_params,
    )

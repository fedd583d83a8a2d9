"""Transforms that name the axis they add, in the collections that keep names beside.

Outside of the transform, names such as `params_axes/kernel_axes` have one more than
inside. A module is wrapped in a `map_variables` for each of those collections, which
counts in its automatic name.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import jax

from ..core import CollectionFilter
from ..core import lift as core
from ..errors import LogicalAxisError
from ..transforms import map_variables, scan, vmap
from ._with_axes import SUFFIX, AxisMetadata

NOTHING: Mapping[Any, Any] = {}


def scan_with_axes(
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
    axis_name: str = "layers",
    axes_collections: tuple[str, ...] = ("params",),
    data_transform: Callable[..., Any] | None = None,
    methods: Any = None,
) -> Any:
    """Scan as `nn.scan` does, and name the axis of variables that have one per step.

    Args:
        target: a class of modules, or a function of one.
        variable_axes: as `nn.scan` has it, with names of collections.
        variable_broadcast: as `nn.scan` has it.
        variable_carry: as `nn.scan` has it.
        split_rngs: as `nn.scan` has it.
        in_axes: as `nn.scan` has it.
        out_axes: as `nn.scan` has it.
        length: as `nn.scan` has it.
        reverse: as `nn.scan` has it.
        unroll: as `nn.scan` has it.
        axis_name: the name of the axis.
        axes_collections: the collections whose names are kept beside them.
        data_transform: as `nn.scan` has it.
        methods: as `nn.scan` has it.

    Raises:
        TransformTargetError: the target is neither.
        LogicalAxisError: in a call, names that lack the axis.

    Example:
        >>> from ramie import linen as nn
        >>> from ramie.linen import partitioning
        >>> class Scale(nn.Module):
        ...     @nn.compact
        ...     def __call__(self, x, _):
        ...         ones = nn.initializers.ones
        ...         param = partitioning.param_with_axes
        ...         return x * param("w", ones, (2,), axes=("embed",)), None
        >>> scaled = partitioning.scan_with_axes(
        ...     Scale, {"params": 0}, split_rngs={"params": True}, length=3
        ... )
        >>> scaled().init(jax.random.key(0), jnp.ones(2), None)["params_axes"]
        {'w_axes': AxisMetadata(names=('layers', 'embed'))}
    """
    scanned = scan(
        target,
        variable_axes=_and_their_names(variable_axes, axes_collections),
        variable_broadcast=variable_broadcast,
        variable_carry=variable_carry,
        split_rngs=split_rngs,
        in_axes=in_axes,
        out_axes=out_axes,
        length=length,
        reverse=reverse,
        unroll=unroll,
        data_transform=data_transform,
        methods=methods,
    )
    names = dict.fromkeys(axes_collections, axis_name)
    return _with_names(scanned, variable_axes, names, methods)


def vmap_with_axes(
    target: Any,
    variable_axes: Mapping[Any, Any],
    split_rngs: Mapping[Any, bool] = NOTHING,
    in_axes: Any = 0,
    out_axes: Any = 0,
    axis_size: int | None = None,
    axis_name: str | None = None,
    partitioning_axis_names: Mapping[Any, str] = NOTHING,
    spmd_axis_name: str | None = None,
    methods: Any = None,
) -> Any:
    """Map as `nn.vmap` does, and name the axis of variables that are mapped over.

    Args:
        target: a class of modules, or a function of one.
        variable_axes: as `nn.vmap` has it, with names of collections.
        split_rngs: as `nn.vmap` has it.
        in_axes: as `nn.vmap` has it.
        out_axes: as `nn.vmap` has it.
        axis_size: as `nn.vmap` has it.
        axis_name: as `nn.vmap` has it.
        partitioning_axis_names: by collection, the name of the axis.
        spmd_axis_name: as `nn.vmap` has it.
        methods: as `nn.vmap` has it.

    Raises:
        TransformTargetError: the target is neither.
        LogicalAxisError: in a call, names that lack the axis.
    """
    mapped = vmap(
        target,
        variable_axes=_and_their_names(variable_axes, partitioning_axis_names),
        split_rngs=split_rngs,
        in_axes=in_axes,
        out_axes=out_axes,
        axis_size=axis_size,
        axis_name=axis_name,
        spmd_axis_name=spmd_axis_name,
        methods=methods,
    )
    return _with_names(mapped, variable_axes, partitioning_axis_names, methods)


def _and_their_names(
    variable_axes: Mapping[Any, Any], collections: Iterable[str]
) -> dict[Any, Any]:
    """Axes of collections, and of those beside them, which hold no arrays."""
    return {**variable_axes, **{name + SUFFIX: 0 for name in collections}}


def _with_names(
    target: Any,
    variable_axes: Mapping[Any, Any],
    names: Mapping[Any, str],
    methods: Any,
) -> Any:
    for collection, name in names.items():
        if collection in variable_axes:
            axis = _Axis(name, variable_axes[collection])
            target = map_variables(
                target,
                collection + SUFFIX,
                trans_in_fn=axis.without,
                trans_out_fn=axis.added,
                mutable=True,
                methods=methods,
            )
    return target


class _Axis:
    """The axis of a transform, in names of variables."""

    def __init__(self, name: str, given: Any) -> None:
        self.name = name
        self.at = given.axis if isinstance(given, (core.In, core.Out)) else given

    def added(self, tree: Any) -> Any:
        """Names with that of the axis."""
        return self._changed(tree, self._insert)

    def without(self, tree: Any) -> Any:
        """Names without that of the axis."""
        return self._changed(tree, self._remove)

    def _changed(self, tree: Any, change: Callable[[list[Any]], None]) -> Any:
        # Variables that all share have got no axis.
        if self.at is None:
            return tree

        def changed(noted: AxisMetadata) -> AxisMetadata:
            names = list(noted.names)
            change(names)
            return AxisMetadata(tuple(names))

        return jax.tree.map(
            changed, tree, is_leaf=lambda leaf: isinstance(leaf, AxisMetadata)
        )

    def _insert(self, names: list[Any]) -> None:
        names.insert(self.at if self.at >= 0 else len(names) + 1 + self.at, self.name)

    def _remove(self, names: list[Any]) -> None:
        at = self.at if self.at >= 0 else len(names) + self.at
        if not 0 <= at < len(names) or names[at] != self.name:
            raise LogicalAxisError(
                f"The names {tuple(names)} have no {self.name!r} at {self.at}, where "
                f"the transform added an axis",
                "Pass the collection of names that init() of this module returned.",
            )
        del names[at]

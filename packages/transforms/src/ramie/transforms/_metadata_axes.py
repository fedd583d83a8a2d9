"""Axis names: those of Variables follow an axis that a transform takes away or adds.

Inside a mapped function an array lacks the axis that is mapped over, so its name goes
from the names of the Variable while the function runs, and the Variables that the
function makes get it when they leave.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from ramie.graph.typing import Missing
from ramie.variables import PARTITION_NAME, Variable, add_axis, remove_axis

from ._axes import resolve
from ._crossing import Crossing


def transform_metadata(
    f: Any = Missing,
    *,
    in_axes: Any = 0,
    out_axes: Any = 0,
    partition: str | None,
    graph: bool | None = None,
) -> Any:
    """Let the names of Variables follow an axis that a transform around `f` maps over.

    What `transform_metadata={PARTITION_NAME: …}` of `vmap` and `scan` does, on its
    own: `vmap(transform_metadata(f, …), …)`, with the same axes for both.

    Args:
        f: the function inside the transform; without it, a decorator is returned.
        in_axes: as of the transform.
        out_axes: as of the transform.
        partition: the name of the axis.
        graph: graph mode or tree mode; None asks `set_graph_mode`.

    Returns:
        A function that does what `f` does. While it runs, the name is gone from
        Variables of the arguments with an axis; the Variables it makes get the name.

    Raises:
        AxesPrefixError: the axes do not fit.
        AxisNameMismatchError: a Variable has another name at that axis.

    Example:
        >>> from ramie.transforms import vmap
        >>> from ramie.variables import Param, use_eager_sharding
        >>> @vmap
        ... @transform_metadata(partition="layers")
        ... def create(key):
        ...     return Param(jax.random.normal(key, (4,)), out_sharding=("embed",))
        >>> with use_eager_sharding(False):
        ...     kernel = create(jax.random.split(jax.random.key(0), 3))
        >>> kernel.shape, kernel.out_sharding
        ((3, 4), ('layers', 'embed'))
    """
    if f is Missing:
        return functools.partial(
            transform_metadata,
            in_axes=in_axes,
            out_axes=out_axes,
            partition=partition,
            graph=graph,
        )
    return with_metadata(f, in_axes, out_axes, {PARTITION_NAME: partition}, graph)


def with_metadata(
    f: Callable[..., Any],
    in_axes: Any,
    out_axes: Any,
    metadata: Mapping[str, Any] | None,
    graph: bool | None = None,
) -> Callable[..., Any]:
    """`f`, which sees names without an axis; `f` itself if there is no name for it.

    Args:
        f: the function inside the transform.
        in_axes: as of the transform.
        out_axes: as of the transform.
        metadata: as `add_axis` takes it; without `PARTITION_NAME` it does nothing.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
    """
    if metadata is None or PARTITION_NAME not in metadata:
        return f

    @functools.wraps(f, updated=())
    def renamed(*args: Any, **kwargs: Any) -> Any:
        came_in = _axes_of(args, kwargs, in_axes, graph)
        removed = []
        try:
            for variable, axis in came_in.values():
                remove_axis(variable, axis, metadata)
                removed.append((variable, axis))
            out = f(*args, **kwargs)
            made = {
                **_axes_of((out,), {}, (out_axes,), graph),
                **_axes_of(args, kwargs, in_axes, graph),
            }
            new = [pair for key, pair in made.items() if key not in came_in]
        except BaseException:
            new = []
            raise
        finally:
            for variable, axis in (*removed, *new):
                add_axis(variable, axis, metadata)
        return out

    return renamed


def _axes_of(
    args: tuple[Any, ...], kwargs: Mapping[str, Any], axes: Any, graph: bool | None
) -> dict[int, tuple[Variable[Any], int]]:
    """The Variables of arguments that have an axis, by identity."""
    crossing = Crossing(args, kwargs, graph=graph, action="transform_metadata()")
    found = zip(crossing.outside.leaves, resolve(crossing, axes).axes, strict=False)
    return {
        id(leaf): (leaf, axis)
        for leaf, axis in found
        if isinstance(leaf, Variable) and isinstance(axis, int)
    }

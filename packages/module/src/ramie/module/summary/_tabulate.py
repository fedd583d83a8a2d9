"""tabulate: a table of what happens when a module is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import jax

from ramie.graph import flatten, unflatten

from .._iterate import iter_modules
from .._module import Module
from ..errors import NothingToTabulateError
from ._calls import CallInfo, filter_rng_streams, shapes_of

NOTHING: Mapping[str, Any] = MappingProxyType({})


def tabulate(
    obj: Any,
    *input_args: Any,
    depth: int | None = None,
    method: str = "__call__",
    row_filter: Callable[[CallInfo], bool] = filter_rng_streams,
    table_kwargs: Mapping[str, Any] = NOTHING,
    column_kwargs: Mapping[str, Any] = NOTHING,
    console_kwargs: Mapping[str, Any] = NOTHING,
    compute_flops: bool = False,
    compute_vjp_flops: bool = False,
    **input_kwargs: Any,
) -> str:
    """A table of the modules that a call runs through, and of what they hold.

    There is a row for the first call of each method of each module, in the order of
    the calls. A Variable is counted once, however many modules share it; the sums
    are those of a module and of all below it. Nothing is computed: the call is
    traced with shapes, on a copy, and the module stays as it is.

    Args:
        obj: a module. Its arrays may be shapes (`jax.ShapeDtypeStruct`).
        *input_args: what to call it with. Shapes will do in place of arrays.
        depth: how many steps below the module there are rows for; all if None.
        method: what to call.
        row_filter: called with the `CallInfo` of each call; whether it gets a row.
        table_kwargs: for `rich.table.Table`.
        column_kwargs: for each of its columns.
        console_kwargs: for `rich.console.Console`.
        compute_flops: add a column with the floating-point operations of each call,
            as XLA estimates them.
        compute_vjp_flops: the same for the call and its gradient.
        **input_kwargs: what to call it with, by name.

    Returns:
        The table. rich draws it, if it is installed (`ramie-module[summary]`).

    Raises:
        NothingToTabulateError: `obj` is no module, or has no such method.
        RichMissingError: there are arguments for rich, and it is not installed.

    Example:
        >>> from ramie.module import Module
        >>> from ramie.variables import Param
        >>> class Scale(Module):
        ...     def __init__(self, size):
        ...         self.weight = Param(jnp.ones(size))
        ...     def __call__(self, x):
        ...         return x * self.weight
        >>> table = tabulate(Scale(3), jax.ShapeDtypeStruct((3,), jnp.float32))
        >>> "weight: float32[3]" in table, "Total Parameters: 3 (12 B)" in table
        (True, True)
    """
    # Few programs make a table, and importing the package should cost them nothing.
    from ._render import render
    from ._rows import make_table
    from ._sizes import sizes_of
    from ._watch import Watch, let_watch

    if not isinstance(obj, Module) or not callable(getattr(obj, method, None)):
        raise NothingToTabulateError(type(obj).__name__, method)
    core, contents = flatten(
        (obj, input_args, input_kwargs), with_paths=False, graph=True
    )

    def run(contents: list[Any]) -> None:
        module, args, kwargs = unflatten(core, contents)
        let_watch(module)
        with watch:
            getattr(module, method)(*args, **kwargs)

    watch = Watch(costs=compute_flops or compute_vjp_flops)
    jax.eval_shape(run, shapes_of(contents))
    rows = []
    for info, cost in watch.calls:
        if (depth is not None and len(info.path) > depth) or not row_filter(info):
            continue
        if cost is not None:
            info.flops = cost.flops() if compute_flops else None
            info.vjp_flops = cost.vjp_flops() if compute_vjp_flops else None
        rows.append(info)
    places = {n: path for n, (path, _) in enumerate(iter_modules(obj, graph=True))}
    table = make_table(type(obj).__name__, rows, places, sizes_of(obj))
    return render(
        table,
        table_kwargs=table_kwargs,
        column_kwargs=column_kwargs,
        console_kwargs=console_kwargs,
    )

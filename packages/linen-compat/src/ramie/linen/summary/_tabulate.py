"""tabulate: a table of the modules of a call, with shapes, sizes and costs."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ..core import DenyList
from ..module import Module
from ._calls import watch
from ._rows import Table, make_rows

NOTHING: Mapping[str, Any] = MappingProxyType({})


def tabulate(
    module: Module,
    rngs: Any,
    depth: int | None = None,
    show_repeated: bool = False,
    mutable: Any = DenyList("intermediates"),  # noqa: B008  (it is frozen)
    console_kwargs: Mapping[str, Any] | None = None,
    table_kwargs: Mapping[str, Any] = NOTHING,
    column_kwargs: Mapping[str, Any] = NOTHING,
    compute_flops: bool = False,
    compute_vjp_flops: bool = False,
    **kwargs: Any,
) -> Callable[..., str]:
    """A function that returns a table of the modules that a call runs through.

    There is a row for each module that is called, in the order of the calls, with the
    variables that it has. Nothing is computed: `init` is traced with shapes.

    Args:
        module: an unbound module.
        rngs: what `init` takes: a key, or keys by name.
        depth: how many steps below the module there are rows for; variables further
            down are counted with the nearest row above them.
        show_repeated: whether later calls of a module have rows too.
        mutable: the collections that `init` makes.
        console_kwargs: for `rich.console.Console`.
        table_kwargs: for `rich.table.Table`.
        column_kwargs: for each of its columns.
        compute_flops: add the floating-point operations of each call, as XLA
            estimates them.
        compute_vjp_flops: the same for the call and its gradient.
        **kwargs: `method`, and keyword arguments of the call.

    Returns:
        A function of the arguments of the call, arrays or shapes. Its result is the
        table; rich draws it, if it is installed.

    Example:
        >>> from ramie import linen as nn
        >>> class Scale(nn.Module):
        ...     @nn.compact
        ...     def __call__(self, x):
        ...         return x * self.param("scale", nn.initializers.ones, x.shape[-1:])
        >>> text = nn.tabulate(Scale(), jax.random.key(0))(jnp.ones(3))
        >>> "scale: float32[3]" in text, "Total Parameters: 3 (12 B)" in text
        (True, True)
    """
    costs = ["flops"] * compute_flops + ["vjp_flops"] * compute_vjp_flops
    method = kwargs.pop("method", None)

    def table_of(*args: Any, **named: Any) -> str:
        # Few programs draw a table, and what draws it comes from another package.
        from ramie.module import summary

        variables, calls = watch(
            module,
            rngs,
            args,
            {**kwargs, **named},
            costs=bool(costs),
            mutable=mutable,
            method=method,
        )
        rows = make_rows(
            variables,
            calls,
            depth=depth,
            show_repeated=show_repeated,
            compute_flops=compute_flops,
            compute_vjp_flops=compute_vjp_flops,
        )
        text = summary.render(
            Table(module, sorted(variables), rows).as_texts(costs),
            console_kwargs=console_kwargs or NOTHING,
            table_kwargs=table_kwargs,
            column_kwargs=column_kwargs,
        )
        return f"\n{text}\n"

    return table_of

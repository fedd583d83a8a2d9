"""cached_partial: a transformed function with its first arguments filled in."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from ._decorator import require_callable

R = TypeVar("R")


def cached_partial(
    f: Callable[..., R],
    *cached_args: Any,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> "partial[R]":
    """Fill in the first arguments of a transformed function.

    In ramie every call is as fast as a cached one: a graph remembers its structure
    until it is edited. So this is `functools.partial`, and the arguments may be
    edited between calls and inside of them.

    Args:
        f: a function, usually made by `jit`.
        *cached_args: its first arguments.
        graph: accepted for compatibility; the mode is that of `f`.
        graph_updates: accepted for compatibility; likewise.

    Returns:
        A function of the remaining arguments.

    Example:
        >>> from ramie.transforms import cached_partial, jit
        >>> from ramie.variables import Variable
        >>> count = Variable(jnp.asarray(0))
        >>> @jit
        ... def add(count, n):
        ...     count.value += n
        >>> step = cached_partial(add, count)
        >>> step(2)
        >>> count.value.item()
        2
    """
    del graph, graph_updates
    require_callable(f, "cached_partial()")
    return partial(f, *cached_args)

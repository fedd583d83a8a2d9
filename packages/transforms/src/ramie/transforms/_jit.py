"""jit: compile a function of objects; a warm call costs what its arrays cost.

The first call with a layout traces the function once and learns which arrays the
program reads and which it writes (a `Plan`). Later calls pass the first and get back
the second. What the program never reads is not passed at all.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ParamSpec, Protocol, TypeVar, overload

import jax

from ramie.graph.typing import Missing

from ._jitted import Jit
from ._placed import PlacedJit

P = ParamSpec("P")
R = TypeVar("R")


class Compile(Protocol):
    """What `jit` is without a function: a decorator."""

    def __call__(self, fun: Callable[P, R], /) -> Jit[P, R]:
        """The compiled function."""


@overload
def jit(
    fun: Callable[P, R],
    *,
    in_shardings: Any = None,
    out_shardings: Any = None,
    static_argnums: int | Sequence[int] | None = None,
    static_argnames: str | Iterable[str] | None = None,
    donate_argnums: int | Sequence[int] | None = None,
    donate_argnames: str | Iterable[str] | None = None,
    keep_unused: bool = False,
    device: jax.Device | None = None,
    backend: str | None = None,
    inline: bool = False,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Jit[P, R]: ...
@overload
def jit(
    *,
    in_shardings: Any = None,
    out_shardings: Any = None,
    static_argnums: int | Sequence[int] | None = None,
    static_argnames: str | Iterable[str] | None = None,
    donate_argnums: int | Sequence[int] | None = None,
    donate_argnames: str | Iterable[str] | None = None,
    keep_unused: bool = False,
    device: jax.Device | None = None,
    backend: str | None = None,
    inline: bool = False,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Compile: ...
def jit(
    fun: Any = Missing,
    *,
    in_shardings: Any = None,
    out_shardings: Any = None,
    static_argnums: int | Sequence[int] | None = None,
    static_argnames: str | Iterable[str] | None = None,
    donate_argnums: int | Sequence[int] | None = None,
    donate_argnames: str | Iterable[str] | None = None,
    keep_unused: bool = False,
    device: jax.Device | None = None,
    backend: str | None = None,
    inline: bool = False,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """Compile a function whose arguments may be modules, Variables and arrays.

    What the function does to its arguments happens to the caller's: Variables it
    writes, attributes it sets. If it raises, nothing happens to them.

    Args:
        fun: the function, a method or a callable object, which is then an argument;
            without it, a decorator is returned.
        in_shardings: of the positional arguments that are not static, as `jax.jit`
            takes them. For a module also a `StateSharding`, or a module of
            shardings. Variables that are not there yet are moved there.
        out_shardings: of the returned value, likewise.
        static_argnums: positions of arguments that are compile-time constants.
        static_argnames: names of such arguments.
        donate_argnums: positions of arguments whose memory may be reused. Of a
            module only the Variables that the function writes are donated.
        donate_argnames: names of such arguments.
        keep_unused: pass what the program never reads, too.
        device: accepted for compatibility; deprecated in JAX.
        backend: likewise.
        inline: inline the program into those that call it.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether structural edits made by the function reach the
            caller; None asks `set_graph_updates`.

    Returns:
        The compiled function.

    Raises:
        ArgumentOptionError: an option names an argument that the function does not
            have, or that is static and donated.
        NotCallableError: there is no function.
        UnhashableStaticError: a static attribute or argument cannot be hashed.
        UntraceableArgumentError: (from calls) an argument that is not static is
            nothing that JAX can trace.
        UntraceableResultError: (from calls) nor is what the function returns.
        TraceLevelError: the function writes to an object it closed over.
        SharedInTreeError: in tree mode, two paths lead to one Variable.
        ShardingPrefixError: shardings do not fit arguments or returned values.

    Example:
        >>> from ramie.module import Module
        >>> from ramie.variables import Variable
        >>> class Counter(Module):
        ...     def __init__(self):
        ...         self.count = Variable(jnp.zeros(()))
        >>> @jit
        ... def step(counter, x):
        ...     counter.count.value += 1
        ...     return x * 2
        >>> counter = Counter()
        >>> step(counter, jnp.ones(2)).tolist(), float(counter.count.value)
        ([2.0, 2.0], 1.0)
    """
    options: dict[str, Any] = {
        "in_shardings": in_shardings,
        "out_shardings": out_shardings,
        "static_argnums": static_argnums,
        "static_argnames": static_argnames,
        "donate_argnums": donate_argnums,
        "donate_argnames": donate_argnames,
        "keep_unused": keep_unused,
        "device": device,
        "backend": backend,
        "inline": inline,
    }
    mode: dict[str, Any] = {"graph": graph, "graph_updates": graph_updates}
    if fun is Missing:
        return functools.partial(jit, **options, **mode)
    return _make(fun, None, options, mode)


def jit_partial(
    fun: Callable[..., Any],
    *partial_args: Any,
    in_shardings: Any = None,
    out_shardings: Any = None,
    static_argnums: int | Sequence[int] | None = None,
    static_argnames: str | Iterable[str] | None = None,
    donate_argnums: int | Sequence[int] | None = None,
    donate_argnames: str | Iterable[str] | None = None,
    keep_unused: bool = False,
    device: jax.Device | None = None,
    backend: str | None = None,
    inline: bool = False,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Jit[..., Any]:
    """Compile a function, with its first arguments filled in.

    In ramie every call is as fast as one with arguments filled in; see
    `cached_partial`. What the function does to them happens to them all the same.

    Args:
        fun: the function.
        *partial_args: its first arguments.
        in_shardings: as `jit` takes them, for all arguments.
        out_shardings: of the returned value.
        static_argnums: positions among all arguments.
        static_argnames: names of such arguments.
        donate_argnums: positions among all arguments.
        donate_argnames: names of such arguments.
        keep_unused: pass what the program never reads, too.
        device: accepted for compatibility; deprecated in JAX.
        backend: likewise.
        inline: inline the program into those that call it.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether structural edits made by the function reach the
            caller; None asks `set_graph_updates`.

    Returns:
        A compiled function of the remaining arguments.

    Raises:
        UnhashableStaticError: a static attribute or argument cannot be hashed.

    Example:
        >>> from ramie.variables import Variable
        >>> count = Variable(jnp.asarray(0))
        >>> def add(count, n):
        ...     count.value += n
        >>> step = jit_partial(add, count)
        >>> step(2)
        >>> count.value.item()
        2
    """
    options: dict[str, Any] = {
        "in_shardings": in_shardings,
        "out_shardings": out_shardings,
        "static_argnums": static_argnums,
        "static_argnames": static_argnames,
        "donate_argnums": donate_argnums,
        "donate_argnames": donate_argnames,
        "keep_unused": keep_unused,
        "device": device,
        "backend": backend,
        "inline": inline,
    }
    mode: dict[str, Any] = {"graph": graph, "graph_updates": graph_updates}
    return _make(fun, partial_args, options, mode)


def _make(
    fun: Callable[..., Any],
    first: tuple[Any, ...] | None,
    options: dict[str, Any],
    mode: dict[str, Any],
) -> Jit[..., Any]:
    placed = any(options[f"{which}_shardings"] is not None for which in ("in", "out"))
    return (PlacedJit if placed else Jit)(fun, first, options, **mode)

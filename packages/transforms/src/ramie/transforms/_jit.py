"""jit: compile a function of objects; a warm call costs what its arrays cost.

The first call with a layout traces the function once and learns which arrays the
program reads and which it writes (a `Plan`). Later calls pass the first and get back
the second. What the program never reads is not passed at all.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from types import MethodType
from typing import Any, overload

from ramie.graph.errors import UnhashableStaticError
from ramie.graph.extend import Static, view_of
from ramie.graph.typing import Missing

from ._arguments import sort_arguments
from ._decorator import as_tuple, parameter_names
from ._donation import Options
from ._layout import layout_of
from ._plan import Plan


@overload
def jit(
    fun: Callable[..., Any],
    *,
    static_argnums: int | Sequence[int] | None = None,
    static_argnames: str | Iterable[str] | None = None,
    donate_argnums: int | Sequence[int] | None = None,
    donate_argnames: str | Iterable[str] | None = None,
) -> Jit: ...
@overload
def jit(
    *,
    static_argnums: int | Sequence[int] | None = None,
    static_argnames: str | Iterable[str] | None = None,
    donate_argnums: int | Sequence[int] | None = None,
    donate_argnames: str | Iterable[str] | None = None,
) -> Callable[[Callable[..., Any]], Jit]: ...
def jit(
    fun: Any = Missing,
    *,
    static_argnums: int | Sequence[int] | None = None,
    static_argnames: str | Iterable[str] | None = None,
    donate_argnums: int | Sequence[int] | None = None,
    donate_argnames: str | Iterable[str] | None = None,
) -> Any:
    """Compile a function whose arguments may be modules, Variables and arrays.

    What the function does to its arguments happens to the caller's: Variables it
    writes, attributes it sets. If it raises, nothing happens to them.

    Args:
        fun: the function; without it, a decorator is returned.
        static_argnums: positions of arguments that are compile-time constants.
        static_argnames: names of such arguments.
        donate_argnums: positions of arguments whose memory may be reused. Of a
            module only the Variables that the function writes are donated.
        donate_argnames: names of such arguments.

    Returns:
        The compiled function.

    Raises:
        UnhashableStaticError: a static attribute or argument cannot be hashed.
        TraceLevelError: the function writes to an object it closed over.

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
    if fun is Missing:
        return functools.partial(
            jit,
            static_argnums=static_argnums,
            static_argnames=static_argnames,
            donate_argnums=donate_argnums,
            donate_argnames=donate_argnames,
        )
    static = _named_both_ways(fun, as_tuple(static_argnums), as_tuple(static_argnames))
    donated = _named_both_ways(fun, as_tuple(donate_argnums), as_tuple(donate_argnames))
    return Jit(fun, Options(static, donated))


class Jit:
    """A compiled function. It compiles anew for each layout of its arguments."""

    def __init__(self, fun: Callable[..., Any], options: Options) -> None:
        """Compile nothing yet."""
        functools.update_wrapper(self, fun)
        self._fun, self._options = fun, options
        self._static = options.static.__contains__ if options.static else None
        self._plans: dict[Any, Plan] = {}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function, compiled for the layout of these arguments."""
        found = sort_arguments(args, kwargs, self._static)
        roots = found.roots
        views = list(map(view_of, roots))
        layout = layout_of(roots, views)
        key = layout, found.form
        try:
            plan = self._plans.get(key)
        except TypeError:
            _refuse_unhashable(found.form)
            raise
        if plan is None:
            plan = Plan(self._fun, layout, found.form, self._options)
            plan.learn(roots, views, found.values)
            self._plans[key] = plan
        return plan.run(roots, views, found.values)

    def __get__(self, owner: Any, _owner_type: Any = None) -> Any:
        """Bind as a method of an object."""
        return self if owner is None else MethodType(self, owner)

    def __repr__(self) -> str:
        """Name the function."""
        return f"jit({getattr(self._fun, '__qualname__', self._fun)})"


def _refuse_unhashable(form: tuple[Any, ...]) -> None:
    names, *entries = form
    keys = [*range(len(entries) - len(names)), *names]
    for key, entry in zip(keys, entries, strict=True):
        if isinstance(entry, Static):
            try:
                hash(entry)
            except TypeError:
                where = ("arguments", key)
                raise UnhashableStaticError(entry.value, where) from None


def _named_both_ways(
    fun: Callable[..., Any], numbers: tuple[int, ...], names: tuple[str, ...]
) -> frozenset[int | str]:
    """Arguments by number and by name, however the call will pass them."""
    known = parameter_names(fun)
    by_name = {known.index(name) for name in names if name in known}
    positive = {n + len(known) if n < 0 else n for n in numbers}
    by_number = {known[n] for n in positive if n < len(known)}
    return frozenset(positive | by_name | set(names) | by_number)

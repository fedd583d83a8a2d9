"""Traces: how often a function was traced, and who wants to know.

It is noted while JAX traces, so a warm call pays nothing.
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any

import jax

from ramie.graph.extend import is_tracing, type_of

from .errors import TooManyTracesError

_serials = itertools.count()
_watchers: ContextVar[tuple[assert_max_traces, ...]] = ContextVar(
    "watchers", default=()
)


class Trace:
    """One trace of a function.

    Attributes:
        serial: later traces have larger numbers.
        values: the types of the plain values.
    """

    __slots__ = ("serial", "values")

    def __init__(self, values: Sequence[Any]) -> None:
        """Remember the types, not the tracers."""
        self.serial = next(_serials)
        self.values = jax.tree.map(type_of, list(values))


def note_trace(fun: Any) -> None:
    """Tell whoever watches that a function is being traced."""
    for watcher in _watchers.get():
        watcher.count(fun)


class assert_max_traces:  # noqa: N801 (used like a function)
    """Raise an error when a function is traced more often than it should be.

    As a context manager it watches every function of `jit`: each may be traced so
    often in the block. As a decorator it watches one function for all of its life,
    below `jit` or above it.

    Args:
        limit: how often.

    Raises:
        TooManyTracesError: in the call that traces once too often.

    Example:
        >>> from ramie.transforms import jit
        >>> @jit
        ... @assert_max_traces(1)
        ... def double(x):
        ...     return 2 * x
        >>> double(jnp.ones(2)).tolist(), double(jnp.zeros(2)).tolist()
        ([2.0, 2.0], [0.0, 0.0])
        >>> with assert_max_traces(0):
        ...     _ = double(jnp.ones(2))
    """

    def __init__(self, limit: int) -> None:
        """Watch nothing yet."""
        self._limit = limit
        self._counts: Counter[Any] = Counter()
        self._tokens: list[Any] = []

    def __enter__(self) -> assert_max_traces:
        """Count from zero."""
        self._counts.clear()
        self._watch()
        return self

    def __exit__(self, *_: object) -> None:
        """Count no more."""
        _watchers.reset(self._tokens.pop())

    def __call__(self, fun: Callable[..., Any]) -> Callable[..., Any]:
        """Watch one function; `assert_max_traces` itself may be used again."""
        watcher = assert_max_traces(self._limit)
        if hasattr(fun, "trace"):  # it is compiled

            @functools.wraps(fun)
            def watched(*args: Any, **kwargs: Any) -> Any:
                watcher._watch()
                try:
                    return fun(*args, **kwargs)
                finally:
                    watcher.__exit__()

        else:

            @functools.wraps(fun)
            def watched(*args: Any, **kwargs: Any) -> Any:
                if is_tracing():
                    watcher.count(fun)
                return fun(*args, **kwargs)

        return watched

    def count(self, fun: Any) -> None:
        """Count one trace.

        Raises:
            TooManyTracesError: it is one too many.
        """
        self._counts[fun] += 1
        if self._counts[fun] > self._limit:
            raise TooManyTracesError(
                getattr(fun, "__qualname__", repr(fun)), self._limit
            )

    def _watch(self) -> None:
        self._tokens.append(_watchers.set((*_watchers.get(), self)))

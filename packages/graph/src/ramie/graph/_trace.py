"""The JAX trace an object belongs to, and the check before it is changed.

An object made while JAX traces a function holds tracers of that trace. Changing
it from another trace would leak a tracer or lose the change, so an object
remembers where it was made and refuses to be changed elsewhere.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import jax


def current_trace() -> Any:
    """An opaque, comparable token of the trace that is running now.

    Outside of any trace it is always the same object, so that `is` suffices and
    objects do not each hold one.
    """
    held = _held.get()
    if held is not None:
        return held
    now = _token()
    return _eager if now is _eager or now == _eager else now


@contextmanager
def hold_trace() -> Iterator[None]:
    """Ask JAX once for the whole block: no trace begins or ends in it.

    Asking takes longer than making an object, so whoever makes or writes many
    asks once.
    """
    before = _held.get()
    try:
        _held.set(current_trace())  # in here, or an interrupt would leave it set
        yield
    finally:
        _held.set(before)


def is_tracing() -> bool:
    """Whether JAX is tracing a function now."""
    return bool(_token() != _eager)


def _first_token() -> Any:
    """Get ready, and answer once: `jax.extend` takes longer to import than ramie."""
    from jax.extend import core

    top_trace: Callable[[Any], Any] = core.find_top_trace
    opaque_token: Callable[[], Any] = core.get_opaque_trace_state

    global _token, _eager  # noqa: PLW0603 (set once, here)
    # Under eval_context, because the first object may be made inside a trace.
    with jax.core.eval_context():
        eager = _eager = opaque_token()
        eager_trace = top_trace(())

    def token() -> Any:
        # Most objects are made and changed outside of any trace, and asking which
        # trace there is takes a third of the time that asking for its token takes.
        if top_trace(()) is eager_trace:
            return eager
        return opaque_token()

    _token = token
    return token()


_held: ContextVar[Any] = ContextVar("ramie_held_trace", default=None)
_eager: Any = None
_token: Callable[[], Any] = _first_token

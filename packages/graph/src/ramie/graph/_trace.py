"""The JAX trace an object belongs to, and the check before it is changed.

An object made while JAX traces a function holds tracers of that trace. Changing
it from another trace would leak a tracer or lose the change, so an object
remembers where it was made and refuses to be changed elsewhere.
"""

from collections.abc import Callable
from typing import Any

import jax


def current_trace() -> Any:
    """An opaque, comparable token of the trace that is running now.

    Outside of any trace it is always the same object, so that `is` suffices and
    objects do not each hold one.
    """
    now = _token()
    return _eager if now == _eager else now


def is_tracing() -> bool:
    """Whether JAX is tracing a function now."""
    return bool(_token() != _eager)


def _first_token() -> Any:
    """Get ready, and answer once: `jax.extend` takes longer to import than ramie."""
    from jax.extend.core import get_opaque_trace_state

    global _token, _eager  # noqa: PLW0603 (set once, here)
    token: Callable[[], Any] = get_opaque_trace_state
    # Under eval_context, because the first object may be made inside a trace.
    with jax.core.eval_context():
        _eager = token()
    _token = token
    return token()


_eager: Any = None
_token: Callable[[], Any] = _first_token

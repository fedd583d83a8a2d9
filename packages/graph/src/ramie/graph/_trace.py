"""The JAX trace an object belongs to, and the check before it is changed.

An object made while JAX traces a function holds tracers of that trace. Changing
it from another trace would leak a tracer or lose the change, so an object
remembers where it was made and refuses to be changed elsewhere.
"""

from collections.abc import Callable
from typing import Any

import jax
from jax.extend.core import get_opaque_trace_state

token: Callable[[], Any] = get_opaque_trace_state

# Under eval_context, because ramie may be imported first inside a traced function.
with jax.core.eval_context():
    EAGER: Any = token()


def current_trace() -> Any:
    """An opaque, comparable token of the trace that is running now.

    Outside of any trace it is always the same object, so that `is` suffices and
    objects do not each hold one.
    """
    now = token()
    return EAGER if now == EAGER else now

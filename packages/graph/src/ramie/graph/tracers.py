"""The JAX trace that is running, and objects that remember theirs."""

from typing import Any

from ._trace import current_trace


def current_jax_trace() -> Any:
    """A token of the JAX trace that is running now; outside of any, always the same.

    Example:
        >>> from ramie.graph.tracers import current_jax_trace
        >>> current_jax_trace() == current_jax_trace()
        True
    """
    return current_trace()


class TraceState:
    """Remembers the trace that was running when it was made.

    Example:
        >>> from ramie.graph.tracers import TraceState
        >>> state = TraceState()
        >>> state.is_valid(), jax.eval_shape(lambda: jnp.array(state.is_valid())).dtype
        (True, dtype('bool'))
    """

    __slots__ = ("_jax_trace",)

    def __init__(self) -> None:
        """Remember the trace of now."""
        self._jax_trace = current_trace()

    @property
    def jax_trace(self) -> Any:
        """The token of the trace."""
        return self._jax_trace

    def is_valid(self) -> bool:
        """Whether that trace is running now."""
        return bool(self._jax_trace == current_trace())

    def __eq__(self, other: object) -> bool:
        """Equal traces."""
        return isinstance(other, TraceState) and self._jax_trace == other._jax_trace

    __hash__ = None  # type: ignore[assignment]  # tokens of traces have none

    def __repr__(self) -> str:
        """Name the trace."""
        return f"TraceState({self._jax_trace})"

"""The trace that JAX is running, and a check of it."""

from typing import Any

from ramie.graph.extend import current_trace as _current_trace

from ..errors import JaxTransformError


def current_trace() -> Any:
    """A token of the trace that JAX is running now; equal means the same trace.

    Example:
        >>> from ramie.linen.core import current_trace
        >>> current_trace() == current_trace()
        True
    """
    return _current_trace()


def check_trace_level(base_level: Any) -> None:
    """Raise JaxTransformError unless this is the trace of a token.

    Args:
        base_level: what `current_trace` returned.
    """
    if _current_trace() != base_level:
        raise JaxTransformError()

"""Transforms as decorators: `f = transform(f, …)`, `@transform`, `@transform(…)`."""

import inspect
from collections.abc import Callable
from typing import Any


def parameter_names(fun: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the positional parameters of a function; none if unknown."""
    try:
        parameters = inspect.signature(fun).parameters.values()
    except (TypeError, ValueError):
        return ()
    positional = (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
    )
    return tuple(
        parameter.name for parameter in parameters if parameter.kind in positional
    )


def as_tuple(value: Any) -> tuple[Any, ...]:
    """None as (), one value as a tuple of it, several as a tuple.

    Example:
        >>> as_tuple(None), as_tuple("n"), as_tuple([0, 1])
        ((), ('n',), (0, 1))
    """
    if value is None:
        return ()
    return (value,) if isinstance(value, (int, str)) else tuple(value)

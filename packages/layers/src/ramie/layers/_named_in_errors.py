"""Errors name the layer that was called, not the function that it computes with."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from .errors import LayerError

P = ParamSpec("P")
R = TypeVar("R")


def named_in_errors(method: Callable[P, R]) -> Callable[P, R]:
    """A method of a layer, so that what it raises says which layer it is.

    What an inner layer raises stays with the inner layer.

    Example:
        >>> from ramie.layers.functional import linear
        >>> class Double:
        ...     @named_in_errors
        ...     def __call__(self, x):
        ...         return linear(x, 2 * jnp.eye(3))
        >>> try:
        ...     Double()(jnp.ones(4))
        ... except LayerError as error:
        ...     print(error)
        Double: axis -1 must hold 3 features, but the inputs have shape (4,).
        Pass inputs with 3 features there, or build the layer for 4.
    """

    @wraps(method)
    def named(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(*args, **kwargs)
        except LayerError as error:
            if not error.is_of_a_function:
                raise
            renamed = error.at(type(args[0]).__name__)
            raise renamed.with_traceback(error.__traceback__) from error.__cause__

    return named

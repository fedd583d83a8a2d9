"""Functions in graph mode with graph updates, whatever modes are set.

A `compat` module of a package wraps its functions this way, for programs that were
written before there was another mode.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

MODES = ("graph", "graph_updates")
"""The arguments that say in which mode a function runs."""


def in_graph_mode(fun: F, module: str) -> F:
    """A function whose arguments `graph` and `graph_updates` are True by default.

    Args:
        fun: a function that takes one of them or both.
        module: the module that will hold the new function.

    Example:
        >>> from inspect import signature
        >>> from ramie.graph import split
        >>> from ramie.graph.extend import in_graph_mode
        >>> old_split = in_graph_mode(split, "mine")
        >>> signature(old_split).parameters["graph"].default
        True
    """
    signature = inspect.signature(fun)
    modes = dict.fromkeys(filter(signature.parameters.__contains__, MODES), True)

    @functools.wraps(fun)
    def call(*args: Any, **kwargs: Any) -> Any:
        return fun(*args, **{**modes, **kwargs})

    call.__module__ = module
    # Its examples are those of the function, and stand there.
    call.__doc__ = (
        f"`{fun.__module__}.{fun.__name__}` with {' and '.join(modes)} on.\n\n"
        f"{(fun.__doc__ or '').partition(chr(10))[0]}"
    )
    vars(call)["__signature__"] = signature.replace(
        parameters=[
            parameter.replace(default=True) if name in modes else parameter
            for name, parameter in signature.parameters.items()
        ]
    )
    return cast(F, call)

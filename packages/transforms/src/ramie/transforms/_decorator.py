"""Transforms as decorators: `f = transform(f, …)`, `@transform`, `@transform(…)`."""

import functools
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import MethodType
from typing import Any

from ramie.graph.extend import is_object

from ._argument_options import named_both_ways, parameter_names
from .errors import NotCallableError


class Placement:
    """Arguments by position, as far as a function's parameters say.

    Args:
        fun: the function.

    Example:
        >>> Placement(lambda x, y=2, z=3: x)((1,), {"z": 4}, (0, None, None))
        ((1, 2, 4), {})
    """

    def __init__(self, fun: Callable[..., Any]) -> None:
        """Look at nothing yet."""
        self._fun = fun

    @functools.cached_property
    def _parameters(self) -> list[inspect.Parameter]:
        """The positional parameters, which most calls do not need."""
        names = parameter_names(self._fun)
        found = inspect.signature(self._fun).parameters if names else {}
        return [found[name] for name in names]

    def __call__(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], prefix: Any
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of one call.

        Args:
            args: positional arguments.
            kwargs: keyword arguments.
            prefix: what there is for the arguments. A tuple wants as many.

        Returns:
            Positional arguments: those of the call, keyword arguments that name the
            next parameters, and defaults before them or where the prefix wants more.
            And the other keyword arguments.
        """
        wanted = len(prefix) if isinstance(prefix, (tuple, list)) else 0
        if not kwargs and len(args) >= wanted:
            return args, kwargs
        placed, rest = list(args), dict(kwargs)
        named = [n for n, each in enumerate(self._parameters) if each.name in kwargs]
        last = max([wanted, *(number + 1 for number in named)])
        for parameter in self._parameters[len(args) : last]:
            value = rest.pop(parameter.name, parameter.default)
            if value is inspect.Parameter.empty:
                return args, kwargs
            placed.append(value)
        return tuple(placed), rest


def require_callable(fun: Any, transform: str) -> None:
    """Raise NotCallableError unless there is something to transform."""
    if not callable(fun):
        what = "None" if fun is None else f"something of type {type(fun).__name__}"
        raise NotCallableError(transform, what)


def unbind(
    fun: Callable[..., Any], transform: str = "a transform"
) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """A function, and the object that it is a method of, which is its first argument.

    What a module does to itself when it is called reaches the caller only if the
    module is an argument.

    Raises:
        NotCallableError: it is no function.

    Example:
        >>> from ramie.module import Module
        >>> class Double(Module):
        ...     def __call__(self, x):
        ...         return 2 * x
        >>> double = Double()
        >>> unbind(double) == (Double.__call__, (double,)) == unbind(double.__call__)
        True
        >>> unbind(abs)
        (<built-in function abs>, ())
    """
    require_callable(fun, transform)
    if isinstance(fun, MethodType) and is_object(fun.__self__):
        return fun.__func__, (fun.__self__,)
    if is_object(fun):
        return type(fun).__call__, (fun,)
    return fun, ()


class Wrapped(ABC):
    """A transformed function: it looks like the function, and binds as a method.

    Args:
        fun: a function, a callable object, or a method of an object.
        transform: as errors call it.
        static_argnums: positions of its arguments that are static.
    """

    def __init__(
        self, fun: Callable[..., Any], transform: str, static_argnums: Any = None
    ) -> None:
        """Look like the function."""
        inner, owner = unbind(fun, transform)
        # First of all: it brings the attributes of another transform along. Those of
        # a callable object are not those of a function.
        functools.update_wrapper(self, inner)
        self._fun, self._owner = inner, owner
        static = named_both_ways(inner, "static", static_argnums, skipped=len(owner))
        self._static = static.__contains__ if static else None
        self.__wrapped__ = fun

    @abstractmethod
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function, transformed."""

    def __get__(self, owner: Any, _owner_type: Any = None) -> Any:
        """Bind as a method of an object."""
        return self if owner is None else MethodType(self, owner)

    def __repr__(self) -> str:
        """Name the transform and the function."""
        name = getattr(self._fun, "__qualname__", self._fun)
        return f"{type(self).__name__.lower()}({name})"

"""What comes between a call and the method: interceptors, and names in profiles."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial, update_wrapper
from typing import TYPE_CHECKING, Any, TypeAlias

import jax

from ._state import running

if TYPE_CHECKING:
    from ._module import Module


@dataclass(frozen=True)
class InterceptorContext:
    """What an interceptor is told.

    Attributes:
        module: the module whose method is called.
        method_name: the name of the method.
        orig_method: the method itself, bound, past all other interceptors.
    """

    module: "Module"
    method_name: str
    orig_method: Callable[..., Any]


Interceptor: TypeAlias = Callable[
    [Callable[..., Any], tuple[Any, ...], dict[str, Any], InterceptorContext], Any
]


@contextmanager
def intercept_methods(interceptor: Interceptor) -> Iterator[None]:
    """Put a function between the callers of methods and the methods, in this block.

    Interceptors run in the order of their blocks, the outer one first. Methods with
    `nowrap`, properties, fields, and what Python calls itself (`__init__`,
    `__post_init__`, `__eq__`, `__hash__`, `__repr__`) are not intercepted.

    Args:
        interceptor: a function of the next function, the arguments, the keyword
            arguments, and an `InterceptorContext`. What it returns is what the caller
            gets.

    Example:
        >>> from ramie import linen as nn
        >>> class Double(nn.Module):
        ...     def __call__(self, x):
        ...         return 2 * x
        >>> def plus_one(next_fun, args, kwargs, context):
        ...     return next_fun(*args, **kwargs) + 1
        >>> with nn.intercept_methods(plus_one):
        ...     Double()(3)
        7
    """
    running.interceptors.append(interceptor)
    try:
        yield
    finally:
        running.interceptors.pop()


def call_intercepted(
    fun: Callable[..., Any],
    name: str,
    module: "Module",
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Call a method through all interceptors."""
    method = partial(fun, module)
    update_wrapper(method, fun)
    context = InterceptorContext(module, name, method)
    call: Callable[..., Any] = method
    for interceptor in reversed(running.interceptors):
        call = _through(interceptor, call, context)
    return call(*args, **kwargs)


def _through(
    interceptor: Interceptor, call: Callable[..., Any], context: InterceptorContext
) -> Callable[..., Any]:
    def intercepted(*args: Any, **kwargs: Any) -> Any:
        return interceptor(call, args, kwargs, context)

    return intercepted


_named_calls: ContextVar[bool] = ContextVar("ramie_linen_named_calls", default=True)
_NO_NAME: AbstractContextManager[None] = nullcontext()


def named_scope(module: "Module", method_name: str) -> AbstractContextManager[Any]:
    """The name of a call for profiles: of the module, and the method if not a call."""
    if not _named_calls.get():
        return _NO_NAME
    name = module.name or type(module).__name__
    if method_name != "__call__":
        name = f"{name}.{method_name}"
    return jax.named_scope(name)


def enable_named_call() -> None:
    """Let calls of modules have names in profiles, as they do from the start."""
    _named_calls.set(True)


def disable_named_call() -> None:
    """Let calls of modules have no names in profiles."""
    _named_calls.set(False)


@contextmanager
def override_named_call(enable: bool = True) -> Iterator[None]:
    """Let calls have names in profiles, or none, in a block.

    Args:
        enable: whether they have names.
    """
    token = _named_calls.set(enable)
    try:
        yield
    finally:
        _named_calls.reset(token)

"""Functions of a module as functions of variables, or of keys.

The methods of modules are made of these; any function of a module will do.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from ..core import DenyList
from ..core import scope as scopes
from ..errors import ApplyModuleInvalidMethodError

if TYPE_CHECKING:
    from ..core import CollectionFilter
    from ._module import Module

ALL_BUT_INTERMEDIATES = DenyList("intermediates")


def capture_call_intermediates(_: "Module", method_name: str) -> bool:
    """The results of calls, which are kept with `capture_intermediates=True`."""
    return method_name == "__call__"


def apply(
    fn: Callable[..., Any],
    module: "Module",
    mutable: "CollectionFilter" = False,
    capture_intermediates: Any = False,
) -> Callable[..., Any]:
    """A function of a module as a function of variables.

    Args:
        fn: its first argument is the module, bound to the variables.
        module: the module.
        mutable: a filter of the collections that may change.
        capture_intermediates: whether to keep what calls return, or which.

    Returns:
        A function of the variables, the other arguments of `fn`, and `rngs`.

    Example:
        >>> from ramie import linen as nn
        >>> class Double(nn.Module):
        ...     def __call__(self, x):
        ...         return 2 * x
        >>> twice = nn.apply(lambda module, x: module(module(x)), Double())
        >>> twice({}, 3)
        12
    """
    return _applied(fn, module, mutable, capture_intermediates, {})


def _applied(
    fn: Callable[..., Any],
    module: Any,
    mutable: "CollectionFilter",
    capture: Any,
    flags: dict[str, Any],
) -> Callable[..., Any]:
    returned = mutable
    if capture:
        wanted = capture_call_intermediates if capture is True else capture
        flags = {**flags, "capture_intermediates": wanted}
        mutable = scopes.union_filters(mutable, "intermediates")
        returned = True

    def applied(
        variables: Mapping[str, Any], *args: Any, rngs: Any = None, **kwargs: Any
    ) -> Any:
        root = scopes.bind(variables, rngs, mutable, flags)
        try:
            y = fn(module._in(root), *args, **kwargs)
            return y if returned is False else (y, root.mutable_variables())
        finally:
            root.invalidate()

    return applied


def init_with_output(
    fn: Callable[..., Any],
    module: "Module",
    mutable: "CollectionFilter" = ALL_BUT_INTERMEDIATES,
    capture_intermediates: Any = False,
) -> Callable[..., Any]:
    """A function of a module as a function of keys, that makes the variables.

    Args:
        fn: its first argument is the module.
        module: the module.
        mutable: a filter of the collections to make.
        capture_intermediates: whether to keep what calls return, or which.

    Returns:
        A function of a key, or keys by name, and the other arguments of `fn`. It
        returns what `fn` does, and the variables.
    """
    applied = _applied(
        fn, module, mutable, capture_intermediates, {"initializing": True}
    )

    def made(rngs: Any, *args: Any, **kwargs: Any) -> Any:
        return applied({}, *args, rngs=rngs, **kwargs)

    return made


def init(
    fn: Callable[..., Any],
    module: "Module",
    mutable: "CollectionFilter" = ALL_BUT_INTERMEDIATES,
    capture_intermediates: Any = False,
) -> Callable[..., Any]:
    """As `init_with_output`, returning the variables alone.

    Args:
        fn: its first argument is the module.
        module: the module.
        mutable: a filter of the collections to make.
        capture_intermediates: whether to keep what calls return, or which.

    Example:
        >>> from ramie import linen as nn
        >>> class Bias(nn.Module):
        ...     @nn.compact
        ...     def add(self, x):
        ...         return x + self.param("bias", nn.initializers.zeros, x.shape)
        >>> make = nn.init(lambda module, x: module.add(x), Bias())
        >>> jax.tree.map(jnp.shape, make(jax.random.key(0), jnp.ones(2)))
        {'params': {'bias': (2,)}}
    """
    both = init_with_output(fn, module, mutable, capture_intermediates)

    def made(rngs: Any, *args: Any, **kwargs: Any) -> Any:
        return both(rngs, *args, **kwargs)[1]

    return made


def resolve(module: Any, method: Callable[..., Any] | str | None) -> Any:
    """The function of a module that is meant by a `method`.

    Raises:
        ApplyModuleInvalidMethodError: it takes no module.
    """
    if method is None or isinstance(method, str):
        name = method or "__call__"
        found = getattr(module, name)
        if not callable(found):
            raise TypeError(
                f"{type(module).__name__}.{name} is a {type(found).__name__}, which "
                f"cannot be called. Name a method."
            )
        if isinstance(found, MethodType) and found.__self__ is module:
            return found.__func__
        return partial(_call_attribute, found)
    if isinstance(method, MethodType):
        method = method.__func__
    is_callable: bool = callable(method)
    if not is_callable or (
        type(method) is FunctionType
        and method.__code__.co_argcount == 0
        and not method.__code__.co_flags & VARARGS
    ):
        raise ApplyModuleInvalidMethodError(method)
    return method


VARARGS = 4
"""The flag of code that takes any number of arguments."""


def _call_attribute(function: Any, _: Any, *args: Any, **kwargs: Any) -> Any:
    """Call what a field or static method holds, which takes no module."""
    return function(*args, **kwargs)

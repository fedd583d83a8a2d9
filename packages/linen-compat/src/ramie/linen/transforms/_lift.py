"""Transforms of scopes as transforms of classes and functions of modules.

A transformed class is a subclass with some methods replaced: they pack the module, and
call the method of the original class inside. What depends on the class or the function
alone is done once, when it is transformed.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

from ..errors import TransformTargetError
from ..module import Module
from ..module._state import running
from ..module._wrap import nowrap
from ._luggage import Luggage, Unpacked, pack_arguments, refuse_modules

Transform = Callable[..., Callable[..., Any]]
"""Makes a function of scopes out of one, as those of `core.lift` do."""


def lift(
    transform: Transform,
    target: Any,
    prefix: str,
    methods: Any = None,
    **options: Any,
) -> Any:
    """A class of modules, or a function of a module, transformed.

    Args:
        transform: makes a function of scopes out of one.
        target: the class or the function.
        prefix: what the name of a transformed class begins with.
        methods: names of the methods to transform, `__call__` if it is None; or a dict
            with the options of each.
        **options: of the transform.

    Raises:
        TransformTargetError: the target is neither.
    """
    if isinstance(target, type) and issubclass(target, Module):
        return _lifted_class(transform, target, prefix, methods, options)
    if isinstance(target, (Module, type)) or not callable(target):
        raise TransformTargetError(target)
    return _lifted_function(transform, target, options)


def _lifted_class(
    transform: Transform,
    cls: Any,
    prefix: str,
    methods: Any,
    options: dict[str, Any],
) -> Any:
    lifted = {
        name: _lifted_method(transform, cls, name, {**options, **own})
        for name, own in _options_of(methods).items()
    }
    return type(
        f"{prefix}{cls.__name__}",
        (cls,),
        {"__module__": cls.__module__, "__doc__": cls.__doc__, **lifted},
    )


def _options_of(methods: Any) -> dict[str, Mapping[str, Any]]:
    if methods is None:
        return {"__call__": {}}
    if isinstance(methods, Mapping):
        return dict(methods)
    names: Iterable[str] = (methods,) if isinstance(methods, str) else methods
    return {name: {} for name in names}


def _lifted_method(
    transform: Transform, cls: Any, name: str, options: dict[str, Any]
) -> Callable[..., Any]:
    method = getattr(cls, name)

    def inside(luggage: Luggage, *args: Any, **kwargs: Any) -> Any:
        unpacked = Unpacked(luggage)
        module = unpacked.module(cls)
        args, kwargs = unpacked.arguments(args, kwargs)
        y = method(module, *args, **kwargs)
        refuse_modules(name, y)
        return y

    lifted = transform(inside, **options)

    # Setup and names belong to the module inside; the one outside only takes it there.
    @nowrap
    @wraps(method)
    def outside(self: Any, *args: Any, **kwargs: Any) -> Any:
        args, kwargs, held = pack_arguments(args, kwargs)
        return lifted(Luggage(self, name, held), *args, **kwargs)

    return outside


def _lifted_function(
    transform: Transform, fn: Callable[..., Any], options: dict[str, Any]
) -> Callable[..., Any]:
    lifted = transform(inside_of(fn), **options)

    @wraps(fn)
    def outside(module: Any, *args: Any, **kwargs: Any) -> Any:
        return call_lifted(lifted, fn, module, *args, **kwargs)

    return outside


def call_lifted(
    lifted: Callable[..., Any],
    fn: Callable[..., Any],
    module: Any,
    *args: Any,
    **kwargs: Any,
) -> Any:
    """Call a lifted function with a module, which takes part in the names inside."""
    if not isinstance(module, Module):
        raise TransformTargetError(module)
    args, kwargs, held = pack_arguments(args, kwargs)
    luggage = Luggage(module, name_of(fn), held)
    y = lifted(luggage, *args, **kwargs)
    if luggage.left:
        module._state.cursors = luggage.left[-1]._state.cursors
    return y


def name_of(fn: Callable[..., Any]) -> str:
    """What errors call a function."""
    return str(getattr(fn, "__name__", fn))


def inside_of(fn: Callable[..., Any]) -> Callable[..., Any]:
    """A function of a module as a function of luggage."""

    def inside(luggage: Luggage, *args: Any, **kwargs: Any) -> Any:
        unpacked = Unpacked(luggage)
        outer = luggage.module
        module = unpacked.module(type(outer))
        _continue(module, outer)
        args, kwargs = unpacked.arguments(args, kwargs)
        running.modules.append(module)
        try:
            y = fn(module, *args, **kwargs)
        finally:
            running.modules.pop()
        refuse_modules(name_of(fn), y)
        luggage.left[:] = [module]
        return y

    return inside


def _continue(module: Any, outer: Any) -> None:
    """Let a module inside name submodules from where the one outside has come."""
    state, before = module._state, outer._state
    state.in_compact, state.compact_method = before.in_compact, before.compact_method
    state.in_setup = state.is_set_up = before.in_setup
    state.cursors, state.makers = dict(before.cursors), before.makers
    if before.name_scope is not None:
        state.name_scope = module.scope.push(before.name_scope.name, reuse=True)

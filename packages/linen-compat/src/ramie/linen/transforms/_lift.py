"""Transforms of scopes as transforms of classes and functions of modules.

A transformed class is a subclass with some methods replaced: they pack the module, and
call the method of the original class inside. What depends on the class or the function
alone is done once, when it is transformed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial, wraps
from types import FunctionType
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
    keep: bool = False,
    **options: Any,
) -> Any:
    """A class of modules, or a function of a module, transformed.

    Args:
        transform: makes a function of scopes out of one.
        target: the class or the function.
        prefix: what the name of a transformed class begins with.
        methods: names of the methods to transform, `__call__` if it is None; or a dict
            with the options of each.
        keep: whether what the transform made for the target once is used again.
        **options: of the transform.

    Raises:
        TransformTargetError: the target is neither.
    """
    made = _made_again if keep else _made
    if isinstance(target, type) and issubclass(target, Module):
        return _lifted_class(partial(made, transform), target, prefix, methods, options)
    if isinstance(target, (Module, type)) or not callable(target):
        raise TransformTargetError(target)
    return _lifted_function(made(transform, InsideFunction(target), options), target)


def _made(transform: Transform, inside: Any, options: Mapping[str, Any]) -> Any:
    return transform(inside, **options)


def _made_again(transform: Transform, inside: Any, options: Mapping[str, Any]) -> Any:
    """What a transform has made of this before, if that is still there."""
    if inside.closes_over_values:
        return transform(inside, **options)
    try:
        return _kept(transform, inside, tuple(options.items()))
    except TypeError:  # Some option cannot be hashed.
        return transform(inside, **options)


@lru_cache(maxsize=256)
def _kept(transform: Transform, inside: Any, options: Any) -> Any:
    return transform(inside, **dict(options))


def _lifted_class(
    made: Callable[..., Any],
    cls: Any,
    prefix: str,
    methods: Any,
    options: dict[str, Any],
) -> Any:
    lifted = {
        name: _lifted_method(
            made(InsideMethod(cls, name), {**options, **own}), cls, name
        )
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


@dataclass(frozen=True)
class InsideMethod:
    """A method as a function of luggage.

    Attributes:
        cls: the class that has the method.
        name: its name.
    """

    cls: Any
    name: str
    closes_over_values = False

    def __call__(self, luggage: Luggage, *args: Any, **kwargs: Any) -> Any:
        """Call the method of the module inside."""
        unpacked = Unpacked(luggage)
        module = unpacked.module()
        args, kwargs = unpacked.arguments(args, kwargs)
        y = getattr(self.cls, self.name)(module, *args, **kwargs)
        refuse_modules(self.name, y)
        return y


def _lifted_method(
    lifted: Callable[..., Any], cls: Any, name: str
) -> Callable[..., Any]:
    # Setup and names belong to the module inside; the one outside only takes it there.
    @nowrap
    @wraps(getattr(cls, name))
    def outside(self: Any, *args: Any, **kwargs: Any) -> Any:
        args, kwargs, held = pack_arguments(args, kwargs)
        return lifted(Luggage(self, cls, name, held), *args, **kwargs)

    return outside


@dataclass(frozen=True)
class InsideFunction:
    """A function of a module as a function of luggage.

    Attributes:
        fn: the function.
    """

    fn: Callable[..., Any]

    @property
    def closes_over_values(self) -> bool:
        """Whether values would be kept with the function, perhaps large ones."""
        fn: Any = self.fn
        return type(fn) is not FunctionType or bool(fn.__closure__ or fn.__defaults__)

    def __call__(self, luggage: Luggage, *args: Any, **kwargs: Any) -> Any:
        """Call the function with the module inside, which goes on giving names."""
        unpacked = Unpacked(luggage)
        module = unpacked.module()
        _continue(module, luggage.module)
        args, kwargs = unpacked.arguments(args, kwargs)
        running.modules.append(module)
        try:
            y = self.fn(module, *args, **kwargs)
        finally:
            running.modules.pop()
        refuse_modules(name_of(self.fn), y)
        luggage.left[:] = [(module._state.cursors, module._state.makers)]
        return y


def _lifted_function(
    lifted: Callable[..., Any], fn: Callable[..., Any]
) -> Callable[..., Any]:
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
    luggage = Luggage(module, type(module), name_of(fn), held)
    y = lifted(luggage, *args, **kwargs)
    for cursors, makers in luggage.left:
        module._state.cursors, module._state.makers = dict(cursors), dict(makers)
    return y


def name_of(fn: Callable[..., Any]) -> str:
    """What errors call a function."""
    return str(getattr(fn, "__name__", fn))


def _continue(module: Any, outer: Any) -> None:
    """Let a module inside name submodules from where the one outside has come."""
    state, before = module._state, outer._state
    state.in_compact, state.compact_method = before.in_compact, before.compact_method
    state.in_setup = state.is_set_up = before.in_setup
    state.cursors, state.makers = dict(before.cursors), dict(before.makers)
    if before.name_scope is not None:
        state.name_scope = module.scope.push(before.name_scope.name, reuse=True)

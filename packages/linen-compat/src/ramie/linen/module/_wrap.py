"""Methods of modules: what happens around each call, and the decorators of methods."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import (
    CallCompactUnboundModuleError,
    CallSetupUnboundModuleError,
    DescriptorAttributeError,
    IncorrectPostInitOverrideError,
)
from ._intercept import call_intercepted, named_scope
from ._state import running

if TYPE_CHECKING:
    from ._module import Module

F = TypeVar("F", bound=Callable[..., Any])


def compact(fun: F) -> F:
    """Let a method declare submodules, parameters and variables where it uses them.

    One method of a class should be compact. Submodules without a name get one of their
    type and a number, in the order they are made.

    Args:
        fun: the method.

    Example:
        >>> from ramie import linen as nn
        >>> class Scale(nn.Module):
        ...     @nn.compact
        ...     def __call__(self, x):
        ...         return x * self.param("scale", nn.initializers.ones, x.shape)
        >>> Scale().init(jax.random.key(0), jnp.ones(2))["params"]["scale"].shape
        (2,)
    """
    fun.compact = True  # type: ignore[attr-defined]
    return fun


def nowrap(fun: F) -> F:
    """Leave a method alone: no setup before it, no name in profiles, no interceptors.

    Args:
        fun: the method.
    """
    fun.nowrap = True  # type: ignore[attr-defined]
    return fun


def compact_name_scope(fun: F) -> F:
    """Let a method declare submodules, in a scope of the name of the method.

    A class can have several of these; their submodules do not meet. Parameters and
    variables belong to the module itself, as elsewhere.

    Args:
        fun: the method.
    """
    fun.compact_name_scope = True  # type: ignore[attr-defined]
    return fun


def wrap_method(fun: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A method with all that belongs around a call of it."""
    is_compact = bool(getattr(fun, "compact", False))
    has_scope = bool(getattr(fun, "compact_name_scope", False))
    is_setup = name == "setup"

    @wraps(fun)
    def wrapped(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        try:
            state = self._state
            scope = self.scope
        except AttributeError:
            return _without_state(self, fun, args, kwargs)
        if scope is None:
            _refuse_unbound(self, name, is_compact or has_scope, is_setup)
        elif is_setup:
            if not state.in_setup:  # By name from outside, as method="setup".
                self._try_setup()
                return None
        elif not state.is_set_up:
            self._try_setup()
            scope = self.scope
        modules = running.modules
        modules.append(self)
        if is_compact:
            outer = _enter_compact(state, scope, name)
        elif has_scope:
            outer = _enter_name_scope(state, scope, name)
        try:
            if is_setup:
                return _run(fun, name, self, args, kwargs)
            with named_scope(self, name):
                y = _run(fun, name, self, args, kwargs)
            if scope is not None and scope._shared.flags:
                _capture(self, scope, name, y)
            return y
        finally:
            modules.pop()
            if is_compact:
                _leave_compact(state, scope, outer)
            elif has_scope:
                state.name_scope, state.cursors = outer

    return wrapped


def _run(
    fun: Callable[..., Any],
    name: str,
    module: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    if running.interceptors:
        return call_intercepted(fun, name, module, args, kwargs)
    return fun(module, *args, **kwargs)


def _without_state(
    self: Any, fun: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """A call on something that is no module, or none that was made properly."""
    from ._module import Module

    if isinstance(self, Module):
        raise IncorrectPostInitOverrideError(type(self).__name__)
    return fun(self, *args, **kwargs)


def _refuse_unbound(module: Any, name: str, is_compact: bool, is_setup: bool) -> None:
    if is_compact:
        raise CallCompactUnboundModuleError(type(module).__name__, name)
    if is_setup:
        raise CallSetupUnboundModuleError(type(module).__name__)


def _enter_compact(state: Any, scope: Any, name: str) -> Any:
    """Note that a compact method runs; what to restore, None inside of another one."""
    if state.in_compact:
        return None
    state.in_compact = True
    state.compact_method = name
    taken = scope.reservations
    scope.reservations = dict(taken)
    return taken, state.cursors


def _leave_compact(state: Any, scope: Any, outer: Any) -> None:
    """Free the names that a compact method has used: its next call uses them again."""
    if outer is not None:
        scope.reservations, state.cursors = outer[0], {}
        state.in_compact = False


def _enter_name_scope(state: Any, scope: Any, name: str) -> Any:
    """Send submodules to a scope of the method's name."""
    outer = state.name_scope, state.cursors
    state.name_scope = scope.push(name, reuse=True)
    state.cursors = {}
    return outer


def _capture(module: Any, scope: Any, name: str, y: Any) -> None:
    """Keep what a method returned, if the caller asked for it."""
    wanted = scope._shared.flags.get("capture_intermediates")
    if wanted is not None and wanted(module, name):
        module.sow("intermediates", name, y)


def wrap_property(descriptor: Any, name: str) -> Any:
    """A property whose own failures are not taken for a missing attribute.

    Python asks `__getattr__` for a property that raises AttributeError, and would
    report the property as missing, not what it looked for.
    """
    read = descriptor.fget
    if read is None or getattr(read, "nowrap", False):
        return descriptor

    @wraps(read)
    def wrapped(self: "Module") -> Any:
        try:
            if self.scope is not None and not self._state.is_set_up:
                self._try_setup()
            return read(self)
        except DescriptorAttributeError:
            raise
        except AttributeError as error:
            raise DescriptorAttributeError(type(self).__name__, name) from error

    return type(descriptor)(
        wrapped, descriptor.fset, descriptor.fdel, descriptor.__doc__
    )

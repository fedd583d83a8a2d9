"""capture: call a model and get what it recorded on the way.

What a call records is kept by `_captured_call.py`; here is what can be called, how,
and what the arguments are called.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import Any, ParamSpec, Protocol, TypeVar, overload

from ramie.graph import State
from ramie.variables import Variable

from ._captured_call import Recording, VariableType
from ._iterate import Path
from ._module import Module
from .errors import CaptureError

P = ParamSpec("P")
R = TypeVar("R")


class _Decorator(Protocol):
    def __call__(self, fn: Callable[P, Any], /) -> Callable[P, Any]: ...


# A type of Variables can be called as well, but that is never meant.
@overload
def capture(  # type: ignore[overload-overlap]
    fn: VariableType,
    *var_types: VariableType,
    init: Any = None,
    method_outputs: VariableType | None = None,
) -> _Decorator: ...
@overload
def capture(fn: Callable[P, R], *, init: Any = None) -> Callable[P, R]: ...
@overload
def capture(
    fn: Callable[P, R],
    var_type: VariableType,
    /,
    *,
    init: Any = None,
    method_outputs: VariableType | None = None,
) -> Callable[P, tuple[R, State[Any]]]: ...
@overload
def capture(
    fn: Callable[P, R],
    first: VariableType,
    second: VariableType,
    /,
    *,
    init: Any = None,
    method_outputs: VariableType | None = None,
) -> Callable[P, tuple[R, State[Any], State[Any]]]: ...
@overload
def capture(
    fn: Callable[P, Any],
    *var_types: VariableType,
    init: Any = None,
    method_outputs: VariableType | None = None,
) -> Callable[P, Any]: ...
def capture(
    fn: Any,
    *var_types: VariableType,
    init: Any = None,
    method_outputs: VariableType | None = None,
) -> Any:
    """Make a function return what the modules it is passed record on the way.

    Modules record with `module.sow(…)`, `module.perturb(…)` and the function
    `sow(…)`. All of them work inside transforms too. The modules are those below
    the arguments, or for a module or bound method the module and those below.

    Args:
        fn: a function, a module or a bound method. If it is a type of Variables,
            the result is a decorator: `@capture(Intermediate)`.
        *var_types: the types of Variables to record. Only what is recorded as
            exactly one of these types is kept.
        init: a state of Variables that are there from the start, such as the
            perturbations to add.
        method_outputs: one of the types; every method records the arrays it returns
            under its own name, such as `__call__`.

    Returns:
        A function that returns `(result, state)`, with a state for each type, in
        their order. In a state the path of a module and the name of a value lead to
        a Variable of the type. The first argument, module or owner of the method is
        the root; what another argument records is below its position or name.

    Raises:
        CaptureError: there is no function or module to call, or the types are not
            types of Variables.
        CaptureInitError: (when it is called) `init` has values for no module.

    Example:
        >>> from ramie.variables import Intermediate
        >>> class Layer(Module):
        ...     def __call__(self, x):
        ...         self.sow(Intermediate, "input", x)
        ...         return x + 1
        >>> layer = Layer()
        >>> y, seen = capture(layer, Intermediate)(2.0)
        >>> y, seen["input"].value
        (3.0, (2.0,))
        >>> vars(layer)
        {}
    """
    if isinstance(fn, type) and issubclass(fn, Variable):
        types = (fn, *var_types)
        _check_types(types, method_outputs)
        return lambda function: capture(
            function, *types, init=init, method_outputs=method_outputs
        )
    if not callable(fn) or isinstance(fn, type):
        raise CaptureError(
            f"Cannot capture {fn!r}. Pass a module, a function or a bound method, as "
            f"in capture(model, Intermediate)(x)."
        )
    _check_types(var_types, method_outputs)
    parameters = _signature(fn)
    owner = fn if isinstance(fn, Module) else getattr(fn, "__self__", None)

    def captured(*args: Any, **kwargs: Any) -> Any:
        root = owner if isinstance(owner, Module) else (*args, None)[0]
        roots = {(): root, **_named(parameters, args, kwargs)}
        with Recording(roots, var_types, init, method_outputs) as recording:
            out = recording.out = fn(*args, **kwargs)
            states = recording.states()
        return (out, *states) if states else out

    update_wrapper(captured, fn, updated=())
    return captured


def _check_types(types: Sequence[Any], method_outputs: VariableType | None) -> None:
    for cls in types:
        if not (isinstance(cls, type) and issubclass(cls, Variable)):
            raise CaptureError(
                f"Cannot capture values as {cls!r}: it is no type of Variables. Pass "
                f"types such as Intermediate."
            )
    if len(set(types)) < len(types):
        names = ", ".join(cls.__name__ for cls in types)
        raise CaptureError(f"A type to capture is given twice: {names}. Give it once.")
    if method_outputs is not None and method_outputs not in types:
        raise CaptureError(
            f"method_outputs={method_outputs!r} is not among the types to capture, so "
            f"the outputs would be lost. Name it there too."
        )


def _signature(fn: Any) -> inspect.Signature | None:
    try:
        return inspect.signature(fn)
    except (TypeError, ValueError):  # not every builtin has one
        return None


def _named(
    signature: inspect.Signature | None, args: Any, kwargs: Any
) -> dict[Path, Any]:
    """The arguments by the names of the parameters."""
    if signature is None:
        return {(name,): value for name, value in kwargs.items()}
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError:  # the call itself will say so, and better
        return {}
    return {(name,): value for name, value in bound.arguments.items()}

"""Updates that a plain JAX transform loses: written in a Variable nobody returned.

JAX hands a function copies of the Variables it is called with, made of tracers. What
the function writes there is gone unless it returns them. So such a copy is remembered
while it lives: writing notes the place, being flattened again clears it, and if the
copy dies in between, a warning tells.

What a function copies for itself is nobody's loss, so only arguments are remembered,
and in doubt nothing is said. All of this happens while JAX traces; a call that is
compiled already finds `remembered` empty.
"""

import sys
import threading
import warnings
import weakref
from types import FrameType
from typing import Any

import jax

from ramie.graph.extend import (
    JAX,
    Place,
    current_trace,
    frames,
    is_tracing,
    line_of,
    names_of,
    package_of,
    show_path,
    show_place,
    transformed,
    user_place,
)

from ._refs import InRef
from .errors import LostUpdateWarning

FOR_SHAPES = frozenset(("eval_shape", "make_jaxpr_f"))
"""Functions of JAX that want to know what a function does, and not to do it."""


class _Call:
    """A call of a transform: its trace, and the frame that called it, by its id."""

    __slots__ = ("__weakref__", "caller", "trace")

    def __init__(self, trace: Any, caller: int) -> None:
        self.trace, self.caller = trace, caller


class _Copy:
    """What is known of one Variable that JAX made for an argument."""

    __slots__ = ("call", "function", "name", "place", "reference", "type_name", "value")

    def __init__(self, variable: Any, call: _Call) -> None:
        self.call = call
        self.type_name = type(variable).__name__
        self.name: str | None = None
        self.function: str | None = None
        self.place: Place | None = None
        self.value: Any = None
        number = id(variable)
        self.reference = weakref.ref(variable, lambda _: _report(number))


remembered: dict[int, _Copy] = {}
"""Copies that live now, by their id. Empty outside of traces."""

_warned: set[Place] = set()
HELD_BY_US = 3
"""How often a value is held that only a dying Variable has: by it, by what is known
of it, and by the question. Who else has it may well return it."""
_untraced: Any = None


class _Trail(threading.local):
    """What happened in one thread, while copies live.

    Attributes:
        calls: the calls that they are arguments of.
        flattened: who flattened a Variable last, as the id of a frame, and the trace.
    """

    def __init__(self) -> None:
        self.calls: weakref.WeakSet[_Call] = weakref.WeakSet()
        self.flattened: tuple[int, Any] | None = None


_trail = _Trail()


def rebuilt(variable: Any) -> None:
    """Remember a Variable that JAX has rebuilt, if it is an argument of a call."""
    global _untraced  # noqa: PLW0603 (found out once)
    trace = variable._trace
    if trace is _untraced:
        return
    if not is_tracing():
        _untraced = trace
    elif isinstance(variable._raw_value, jax.Array) and not isinstance(variable, InRef):
        call = _call_of(trace)
        if call is not None:
            remembered[id(variable)] = _Copy(variable, call)


def flattened(variable: Any) -> None:
    """JAX takes a Variable apart, to return it or to pass it on: nothing is lost."""
    copy = remembered.get(id(variable))
    if copy is not None:
        copy.place = copy.value = None
    user = _user()
    _trail.flattened = id(user), current_trace()


def written(variable: Any, value: Any) -> None:
    """Note where a remembered Variable is written, and what."""
    copy = remembered.get(id(variable))
    if copy is None:
        return
    if not (isinstance(value, jax.Array) and _is_inside(copy.call)):
        copy.place = copy.value = None
        return
    copy.place, copy.value = user_place(), value
    function = transformed()
    if copy.name is None and function is not None:
        path = names_of(variable, function)
        copy.name = show_path(path) if path else None
        copy.function = function.f_code.co_qualname


def _call_of(trace: Any) -> _Call | None:
    """The call whose arguments are rebuilt now; None if that is not what happens."""
    caller = _user()
    if caller is None or package_of(caller):
        return None
    number = id(caller)
    calls = list(_trail.calls)
    for call in calls:
        if call.trace == trace:
            # Whatever a function rebuilds for itself has another caller.
            return call if call.caller == number else None
    if _trail.flattened == (number, trace):
        return None
    callers = list(frames(caller))
    traced = any(package_of(frame) == JAX for frame in callers)
    if traced and {call.caller for call in calls}.isdisjoint(map(id, callers)):
        # This may be what a call gave back to the caller: unknown is what that got.
        return None
    call = _Call(trace, number)
    _trail.calls.add(call)
    return call


def _user() -> FrameType | None:
    """The innermost frame that is not of this package, nor of JAX."""
    for frame in frames(sys._getframe(2)):
        name = str(frame.f_globals.get("__name__", ""))
        if package_of(frame) != JAX and not name.startswith("ramie.variables."):
            return frame
    return None


def _is_inside(call: _Call) -> bool:
    """Whether a call that does something runs now: JAX between its caller and here."""
    between: list[str] = []
    for frame in frames():
        if id(frame) == call.caller:
            return bool(between) and FOR_SHAPES.isdisjoint(between)
        if package_of(frame) == JAX:
            between.append(frame.f_code.co_name)
    return False


def _report(number: int) -> None:
    """Warn if a copy that dies now takes an update with it, once for each place."""
    copy = remembered.pop(number)
    if (
        copy.place is None
        or copy.place in _warned
        or sys.getrefcount(copy.value) > HELD_BY_US
        or not _is_inside(copy.call)
    ):
        return
    _warned.add(copy.place)
    code, _ = copy.place
    warnings.warn_explicit(
        LostUpdateWarning(
            copy.type_name, copy.name, copy.function, show_place(copy.place)
        ),
        None,
        code.co_filename,
        line_of(copy.place),
    )

"""Programs: functions of arrays that are made once and found again.

JAX traces and compiles a function once for each identity. So the function of arrays
that a call of `cond` or `while_loop` gives to JAX is remembered by everything that it
depends on: the user's functions, the layout of the arguments and their form. Called
outside of all traces it is compiled, with what the functions close over as inputs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from contextvars import ContextVar
from typing import Any, TypeAlias

import jax

from ramie.graph.extend import is_tracing

from ._arguments import refuse_unhashable
from ._closures import Closure
from ._entrance import Entrance
from ._function_key import Changeable, function_key

Program: TypeAlias = Callable[..., Any]
"""A function of arrays."""

Make: TypeAlias = Callable[..., Program]
"""Makes a program out of functions, entrance and options, and of nothing else."""

MOST_PROGRAMS = 512
"""How many programs are remembered; the least recently used are forgotten."""


def run_program(
    make: Make,
    funs: Sequence[Callable[..., Any]],
    entrance: Entrance,
    options: tuple[Hashable, ...],
    *arrays: Any,
) -> Any:
    """Call a program: inside a trace as part of it, elsewhere compiled.

    Args:
        make: makes the program.
        funs: the user's functions.
        entrance: of the call.
        options: whatever else the program depends on.
        *arrays: what the program is called with.

    Raises:
        UnhashableStaticError: a static argument cannot be hashed.
    """
    if is_tracing():
        return program_of(make, funs, entrance, *options)(*arrays)
    refuse_unhashable(entrance.form)
    if (closure := _closure_of(funs)) is None:
        return jax.jit(make(tuple(funs), entrance, *options))(*arrays)
    rest = make, entrance, options
    key = Compiled, closure.key, *rest
    compiled: Compiled = _memory.find(key) or Compiled(*rest)
    traced = compiled.traced
    out = compiled(closure, arrays)
    if compiled.traced != traced:
        _memory.keep(key, compiled)
        # Tracing may have changed what a function reaches: it may count its calls.
        if (closure := _closure_of(funs)) is not None:
            _memory.keep((Compiled, closure.key, *rest), compiled)
    return out


def _closure_of(funs: Sequence[Callable[..., Any]]) -> Closure | None:
    """What functions close over; None if they reach what cannot be looked at."""
    try:
        return Closure(funs)
    except (Changeable, ValueError):
        return None


def program_of(
    make: Make,
    funs: Sequence[Callable[..., Any]],
    entrance: Entrance,
    *options: Hashable,
) -> Program:
    """A program that is not compiled, found again where that is safe.

    Args:
        make: makes the program.
        funs: the user's functions.
        entrance: of the call.
        *options: whatever else the program depends on.

    Raises:
        UnhashableStaticError: a static argument cannot be hashed.
    """
    refuse_unhashable(entrance.form)
    keys = tuple(map(function_key, funs))
    if None in keys:
        return make(tuple(funs), entrance, *options)
    key = keys, make, entrance, options
    found: Program | None = _memory.find(key)
    if found is None:
        found = make(tuple(funs), entrance, *options)
        _memory.keep(key, found)
    return found


class Compiled:
    """A compiled program, for all functions with one key. It holds none of them.

    Attributes:
        traced: how often it was traced.
    """

    def __init__(
        self, make: Make, entrance: Entrance, options: tuple[Hashable, ...]
    ) -> None:
        """Trace nothing yet."""
        self._make, self._entrance, self._options = make, entrance, options
        self._jitted = jax.jit(self._pure)
        self._needs_constants = False
        self.traced = 0

    def __call__(self, closure: Closure, arrays: tuple[Any, ...]) -> Any:
        """Call the program of these functions.

        Functions that need to know what they close over, or change it, are traced
        for each call, with what they close over as constants.
        """
        if not self._needs_constants:
            token = _closure.set(closure)
            try:
                return self._jitted(closure.arrays, arrays)
            except jax.errors.JaxRuntimeError:
                raise
            except Exception:
                if not closure.is_open:
                    raise
            finally:
                _closure.reset(token)
        self.traced += 1
        out = jax.jit(self._of(closure.funs))(*arrays)
        self._needs_constants = True
        return out

    def _pure(self, closed: Any, arrays: tuple[Any, ...]) -> Any:
        self.traced += 1
        funs, check = _closure.get().functions(closed)
        out = self._of(funs)(*arrays)
        check()
        return out

    def _of(self, funs: tuple[Callable[..., Any], ...]) -> Program:
        return program_of(self._make, funs, self._entrance, *self._options)


_closure: ContextVar[Closure] = ContextVar("closure")
"""Of the call that JAX may be tracing the program for."""


class _Memory:
    """What was used lately."""

    def __init__(self) -> None:
        self._by_key: dict[Any, Any] = {}
        self._lock = threading.Lock()

    def find(self, key: Any) -> Any:
        with self._lock:
            found = self._by_key.pop(key, None)
            if found is not None:
                self._by_key[key] = found  # the last one is the latest
        return found

    def keep(self, key: Any, program: Any) -> None:
        with self._lock:
            self._by_key[key] = program
            while len(self._by_key) > MOST_PROGRAMS:
                del self._by_key[next(iter(self._by_key))]


_memory = _Memory()

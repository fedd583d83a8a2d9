"""Programs: functions of arrays that are made once and found again.

JAX traces and compiles a function once for each identity. So the function of arrays
that a call of `cond` or `while_loop` gives to JAX is remembered by everything that it
depends on: the user's functions, the layout of the arguments and their form.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from ._arguments import refuse_unhashable
from ._entrance import Entrance
from ._function_key import Function, function_key

P = TypeVar("P")

MOST_PROGRAMS = 512
"""How many programs are remembered; the least recently used are forgotten."""


def program_of(
    make: Callable[..., P],
    funs: Sequence[Callable[..., Any]],
    entrance: Entrance,
    *options: Hashable,
) -> P:
    """What `make(funs, entrance, *options)` makes, found again where that is safe.

    Args:
        make: makes the program, out of nothing but its arguments.
        funs: the user's functions.
        entrance: of the call.
        *options: whatever else the program depends on.

    Raises:
        UnhashableStaticError: a static argument cannot be hashed.
    """
    refuse_unhashable(entrance.form)
    functions = []
    for fun in funs:
        key = function_key(fun)
        if key is None:
            return make(tuple(funs), entrance, *options)
        functions.append(Function(fun, key))
    found: P = _remembered(make, tuple(functions), entrance, *options)
    return found


@lru_cache(MOST_PROGRAMS)
def _remembered(
    make: Any, functions: tuple[Function, ...], entrance: Entrance, *options: Hashable
) -> Any:
    return make(tuple(function.fun for function in functions), entrance, *options)

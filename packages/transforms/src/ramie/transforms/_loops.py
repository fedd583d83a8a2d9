"""while_loop and fori_loop: a function of objects, called until it is enough.

Objects in the carry stay who they are: the body returns those that it was passed, and
what it writes is carried from step to step. Leaves that it only reads stay outside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import jax
import numpy as np

from ramie.graph.extend import content_of

from ._arguments import naming_untraceable, restore_arguments
from ._crossing import Crossing
from ._decorator import require_callable
from ._looping import For, Known, While
from ._programs import run_program

T = TypeVar("T")


def while_loop(
    cond_fun: Callable[[T], Any],
    body_fun: Callable[[T], T],
    init_val: T,
    *,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> T:
    """Call a function again and again, while another says so.

    The value that is carried from step to step may hold modules and Variables. What
    the body does to them happens to the caller's; it returns the same objects in the
    same places.

    Args:
        cond_fun: takes the value and tells whether to go on. It only looks.
        body_fun: takes the value and returns the next one.
        init_val: the first value.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: False drops structural edits that the body makes; otherwise
            they are refused. None asks `set_graph_updates`.

    Returns:
        The last value. Its objects are those of `init_val`.

    Raises:
        CarryMismatchError: the body returns another structure, shape, dtype or
            object, or writes another shape or dtype to a Variable.
        LoopEditError: the body edits the structure of an object.
        LoopConditionError: `cond_fun` changes something.
        TraceLevelError: a function writes to an object it closed over.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

    Example:
        >>> from ramie.variables import Variable
        >>> def halve(x):
        ...     x.value /= 2
        ...     return x
        >>> x = while_loop(lambda x: x.value > 1, halve, Variable(jnp.array(6.0)))
        >>> x.value.item()
        0.75
    """
    return _loop(
        While,
        (cond_fun, body_fun),
        init_val,
        graph=graph,
        graph_updates=graph_updates,
        action="while_loop()",
    )


def fori_loop(
    lower: Any,
    upper: Any,
    body_fun: Callable[[Any, T], T],
    init_val: T,
    *,
    unroll: int | bool | None = None,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> T:
    """Call a function for each number of a range.

    The value that is carried from step to step may hold modules and Variables; see
    `while_loop`. If both bounds are known, the loop has a reverse-mode gradient.

    Args:
        lower: the first number.
        upper: the number after the last one.
        body_fun: takes a number and the value, and returns the next value.
        init_val: the first value.
        unroll: how many steps to write out, or whether to write out all; only if
            both bounds are known.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: False drops structural edits that the body makes; otherwise
            they are refused. None asks `set_graph_updates`.

    Returns:
        The last value. Its objects are those of `init_val`.

    Raises:
        CarryMismatchError: the body returns another structure, shape, dtype or
            object, or writes another shape or dtype to a Variable.
        LoopEditError: the body edits the structure of an object.
        TraceLevelError: the body writes to an object it closed over.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

    Example:
        >>> from ramie.variables import Variable
        >>> def add(i, total):
        ...     total.value += i
        ...     return total
        >>> fori_loop(0, 5, add, Variable(jnp.array(0))).value.item()
        10
    """
    bounds: tuple[Any, ...] = content_of(lower), content_of(upper)
    known = tuple(Known(bound) for bound in bounds if _is_known(bound))
    options: tuple[Any, ...] = (unroll,)
    if len(known) == len(bounds):
        bounds, options = (), (*known, unroll)
    return _loop(
        For,
        (body_fun,),
        init_val,
        *options,
        dynamic=bounds,
        graph=graph,
        graph_updates=graph_updates,
        action="fori_loop()",
    )


def _is_known(bound: Any) -> bool:
    return not isinstance(bound, jax.core.Tracer) and np.ndim(bound) == 0


def _loop(
    make: Any,
    funs: tuple[Callable[..., Any], ...],
    init_val: T,
    *options: Any,
    dynamic: tuple[Any, ...] = (),
    **mode: Any,
) -> T:
    for fun in funs:
        require_callable(fun, mode["action"])
    crossing = Crossing((init_val,), {}, **mode)
    with naming_untraceable(crossing.found):
        values, result, written = run_program(
            make,
            funs,
            crossing.entrance,
            options,
            crossing.contents,
            crossing.found.values,
            *dynamic,
        )
    crossing.apply(result, written)
    (last,), _ = restore_arguments(crossing.found.form, crossing.found.roots, values)
    carry: T = last
    return carry

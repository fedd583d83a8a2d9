"""cond and switch: one of several functions, chosen when the program runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax

from ramie.graph.extend import content_of, type_of

from ._arguments import naming_untraceable
from ._choice import Choice
from ._crossing import Crossing
from ._decorator import require_callable
from ._programs import run_program
from .errors import NoBranchError, UntraceableArgumentError


def cond(
    pred: Any,
    true_fun: Callable[..., Any],
    false_fun: Callable[..., Any],
    *operands: Any,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """Call one of two functions, as a value in the program says.

    What the function that is called does to the operands happens to the caller's.
    Variables that only the other one writes stay as they are.

    Args:
        pred: a boolean, or a number that is one unless it is zero.
        true_fun: what to call if it is true.
        false_fun: what to call if it is false.
        *operands: what to call it with: modules, Variables and arrays.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether structural edits reach the caller; None asks
            `set_graph_updates`. Both functions have to make the same ones.

    Returns:
        What the function returned.

    Raises:
        BranchMismatchError: they return, or write, other shapes or dtypes.
        BranchEditError: they edit the structure of the operands, or return objects,
            in different ways.
        TraceLevelError: a function writes to an object it closed over.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

    Example:
        >>> from ramie.variables import Variable
        >>> count = Variable(jnp.array(0))
        >>> def add(count):
        ...     count.value += 1
        >>> cond(True, add, lambda count: None, count)
        >>> count.value.item()
        1
    """
    return _choose(
        jax.lax.cond,
        pred,
        (true_fun, false_fun),
        operands,
        graph=graph,
        graph_updates=graph_updates,
        action="cond()",
    )


def switch(
    index: Any,
    branches: Sequence[Callable[..., Any]],
    *operands: Any,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """Call one of several functions, as a number in the program says.

    What the function that is called does to the operands happens to the caller's.
    Variables that only others write stay as they are.

    Args:
        index: which one; the nearest if there are not as many.
        branches: the functions.
        *operands: what to call it with: modules, Variables and arrays.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether structural edits reach the caller; None asks
            `set_graph_updates`. All functions have to make the same ones.

    Returns:
        What the function returned.

    Raises:
        NoBranchError: there is nothing to choose from.
        BranchMismatchError: they return, or write, other shapes or dtypes.
        BranchEditError: they edit the structure of the operands, or return objects,
            in different ways.
        TraceLevelError: a function writes to an object it closed over.
        SharedInTreeError: in tree mode, two paths lead to one Variable.

    Example:
        >>> from ramie.variables import Variable
        >>> x = Variable(jnp.array(3.0))
        >>> switch(1, [lambda x: -x, lambda x: 2 * x, lambda x: x**2], x).item()
        6.0
    """
    if not branches:
        raise NoBranchError
    return _choose(
        _switch,
        index,
        tuple(branches),
        operands,
        graph=graph,
        graph_updates=graph_updates,
        action="switch()",
    )


def _switch(index: Any, *branches_and_operands: Any) -> Any:
    *branches, contents, values = branches_and_operands
    return jax.lax.switch(index, branches, contents, values)


def _choose(
    choose: Callable[..., Any],
    which: Any,
    funs: tuple[Callable[..., Any], ...],
    operands: tuple[Any, ...],
    **mode: Any,
) -> Any:
    for fun in funs:
        require_callable(fun, mode["action"])
    crossing = Crossing(operands, {}, **mode)
    which = content_of(which)
    try:
        type_of(which)
    except TypeError:
        what = f"value that {mode['action']} chooses by"
        raise UntraceableArgumentError(which, what) from None
    with naming_untraceable(crossing.found):
        result, written = run_program(
            Choice,
            funs,
            crossing.entrance,
            (choose,),
            which,
            crossing.contents,
            crossing.found.values,
        )
    return crossing.apply(result, written)

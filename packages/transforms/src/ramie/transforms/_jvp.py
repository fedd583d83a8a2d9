"""jvp: the value of a function, and its derivative in a direction."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import jax

from ramie.graph.typing import Missing

from ._auxiliary import value_and_aux
from ._crossing import Crossing
from ._decorator import require_callable, unbind
from ._inputs import Inputs
from ._outcome import Result
from ._packed import Packed
from .errors import TangentCountError


def jvp(
    f: Any = Missing,
    primals: Any = Missing,
    tangents: Any = Missing,
    *,
    has_aux: bool = False,
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """The value of `f` and its tangent, in the direction of the given tangents.

    The tangent of an object is given as an object of the same shape or as a State,
    and zero where it says nothing; integers and random keys have none. What `f` does
    to its arguments happens to the caller's.

    Args:
        f: the function; without it or without primals, a decorator is returned.
        primals: a tuple of the arguments.
        tangents: a tuple with a tangent for each; None is zero.
        has_aux: `f` returns a pair, of which only the first is differentiated.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether structural edits made by `f` reach the caller; None
            asks `set_graph_updates`.

    Returns:
        `(value, tangent)`, or `(value, tangent, aux)` with `has_aux`. An object that
        `f` returns has a tangent shaped like it.

    Raises:
        AuxMissingError: `has_aux`, and `f` returns no pair.
        SharedInTreeError: in tree mode, two paths lead to one Variable.
        TangentCountError: there are more or fewer tangents than primals.
        TangentMismatchError: a tangent does not fit its primal.

    Example:
        >>> from ramie.variables import Param
        >>> w = Param(jnp.array(3.0))
        >>> value, slope = jvp(lambda w: w[...] ** 2, (w,), (Param(jnp.array(1.0)),))
        >>> float(value), float(slope)
        (9.0, 6.0)
    """
    options: dict[str, Any] = {
        "has_aux": has_aux,
        "graph": graph,
        "graph_updates": graph_updates,
    }
    if f is Missing:
        return functools.partial(jvp, **options)
    require_callable(f, "jvp()")
    if primals is Missing:
        return functools.wraps(f)(functools.partial(_push_forward, f, **options))
    return _push_forward(f, primals, tangents, **options)


def _push_forward(
    fun: Callable[..., Any],
    primals: Sequence[Any],
    tangents: Any,
    *,
    has_aux: bool,
    graph: bool | None,
    graph_updates: bool | None,
) -> Any:
    given, directed = map(_count, (primals, tangents))
    if given is None or given != directed:
        raise TangentCountError(given, directed)
    fun, owner = unbind(fun, "jvp()")
    crossing = Crossing(
        (*owner, *primals), {}, graph=graph, graph_updates=graph_updates, action="jvp()"
    )
    directions = Inputs(crossing, "the tangent of argument").read(
        dict(enumerate(tangents, len(owner))), add=False
    )

    def arrays(
        contents: list[Any], values: list[Any]
    ) -> tuple[Packed, tuple[Result, dict[int, Any]]]:
        out, inside = crossing.inside(fun, contents, values)
        value, aux = value_and_aux(out, has_aux)
        closed = inside.close((value, aux), updates=crossing.updates)
        return Packed.pack(value), closed

    _, tangent, (result, written) = jax.jvp(
        arrays, (crossing.contents, crossing.found.values), directions, has_aux=True
    )
    value, aux = crossing.apply(result, written)
    return (value, tangent.unpack(), aux) if has_aux else (value, tangent.unpack())


def _count(items: Any) -> int | None:
    return len(items) if isinstance(items, (tuple, list)) else None

"""vjp: the value of a function, and a function that pulls cotangents back."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import jax

from ramie.graph.typing import Missing

from ._auxiliary import value_and_aux
from ._crossing import Crossing
from ._decorator import require_callable, unbind
from ._outcome import Result
from ._packed import Packed
from ._targets import Targets


def vjp(
    f: Any = Missing,
    *primals: Any,
    has_aux: bool = False,
    reduce_axes: Sequence[Hashable] = (),
    graph: bool | None = None,
    graph_updates: bool | None = None,
) -> Any:
    """The value of `f`, and a function from its cotangent to those of the arguments.

    What `f` does to its arguments happens to the caller's, once. Every array that an
    argument holds has a cotangent, whatever the type of its Variable. That of an
    object is a State, or shaped like the object where structural edits do not travel
    (in tree mode, and with `graph_updates=False`); there an integer or a random key
    has JAX's zero, of dtype float0.

    Args:
        f: the function; without it or without primals, a decorator is returned.
        primals: the arguments.
        has_aux: `f` returns a pair, of which only the first is differentiated.
        reduce_axes: unused, as in `jax.vjp` today; must be empty.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        graph_updates: whether structural edits made by `f` reach the caller; None
            asks `set_graph_updates`.

    Returns:
        `(value, vjp_fn)`, or `(value, vjp_fn, aux)` with `has_aux`. `vjp_fn` takes a
        cotangent shaped like the value, where a State may stand for an object, and
        returns a tuple with a cotangent for each primal.

    Raises:
        AuxMissingError: `has_aux`, and `f` returns no pair.
        DiffArgumentError: a primal holds no array.
        SharedInTreeError: in tree mode, two paths lead to one Variable.
        TangentMismatchError: (from `vjp_fn`) the cotangent does not fit.

    Example:
        >>> from ramie.variables import Param
        >>> value, vjp_fn = vjp(lambda w, x: w[...] * x, Param(jnp.array(3.0)), 2.0)
        >>> w_g, x_g = vjp_fn(1.0)
        >>> float(value), float(w_g[...]), float(x_g)
        (6.0, 2.0, 3.0)
    """
    options: dict[str, Any] = {
        "has_aux": has_aux,
        "reduce_axes": reduce_axes,
        "graph": graph,
        "graph_updates": graph_updates,
    }
    if f is Missing:
        return functools.partial(vjp, **options)
    require_callable(f, "vjp()")
    if not primals:
        return functools.wraps(f)(functools.partial(_pull_back, f, **options))
    return _pull_back(f, *primals, **options)


def _pull_back(
    fun: Callable[..., Any],
    *primals: Any,
    has_aux: bool,
    reduce_axes: Sequence[Hashable],
    graph: bool | None,
    graph_updates: bool | None,
) -> Any:
    if reduce_axes:
        raise NotImplementedError("reduce_axes must be empty, as for jax.vjp.")
    fun, owner = unbind(fun, "vjp()")
    crossing = Crossing(
        (*owner, *primals), {}, graph=graph, graph_updates=graph_updates, action="vjp()"
    )
    targets = Targets(crossing)
    for number in range(len(primals)):
        targets.add_all(len(owner) + number)

    def arrays(
        contents: list[Any], values: list[Any]
    ) -> tuple[Packed, tuple[Result, dict[int, Any]]]:
        out, inside = crossing.inside(fun, contents, values)
        value, aux = value_and_aux(out, has_aux)
        closed = inside.close((value, aux), updates=crossing.updates)
        return Packed.pack(value), closed

    packed, pull, (result, written) = jax.vjp(
        arrays, crossing.contents, crossing.found.values, has_aux=True
    )
    value, aux = crossing.apply(result, written)
    types = packed.types()

    def vjp_fn(cotangent: Any) -> tuple[Any, ...]:
        """Cotangents of the primals, from one of the value."""
        contents, values = pull(types.fit(cotangent, "the cotangent of the value"))
        return targets.shaped(dict(enumerate(contents)), dict(enumerate(values)))

    return (value, vjp_fn, aux) if has_aux else (value, vjp_fn)

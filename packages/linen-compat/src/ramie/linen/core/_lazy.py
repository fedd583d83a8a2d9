"""Compute what does not depend on the numbers of some arguments.

The function is traced, for the arguments without numbers alone. What of its results
needs one of them is an error. Of the operations that were traced, those that a result
needs for its shape are then run, and all others are left out.
"""

from collections.abc import Callable, Iterable
from typing import Any

import jax

from ramie.graph.extend import from_jax_key, show_path

from ..errors import LazyInitError

INNER = ("jaxpr", "call_jaxpr")
"""Where an operation that calls a function keeps the function."""


def lazily(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The result of a function of arguments, some of which are only shapes.

    Args:
        fn: the function.
        *args: its arguments; leaves that are `jax.ShapeDtypeStruct` have no numbers.
        **kwargs: its keyword arguments.

    Raises:
        LazyInitError: the result needs numbers that are not there.
    """
    leaves, treedef = jax.tree.flatten((args, kwargs))
    shapes = {n: x for n, x in enumerate(leaves) if _is_shape(x)}

    def of_shapes(given: dict[int, Any]) -> Any:
        full = [given.get(n, leaf) for n, leaf in enumerate(leaves)]
        all_args, all_kwargs = jax.tree.unflatten(treedef, full)
        # What has numbers is computed right away, as it would be without tracing.
        with jax.ensure_compile_time_eval():
            return fn(*all_args, **all_kwargs)

    traced, out = jax.make_jaxpr(of_shapes, return_shape=True)(shapes)
    _refuse_dependent(traced.jaxpr, out)
    return jax.tree.unflatten(jax.tree.structure(out), _run(traced))


def _is_shape(leaf: Any) -> bool:
    return isinstance(leaf, jax.ShapeDtypeStruct)


def _refuse_dependent(jaxpr: Any, out: Any) -> None:
    """Raise LazyInitError if a result depends on an input."""
    dependent = _dependent(jaxpr, [True] * len(jaxpr.invars))
    paths = jax.tree_util.tree_leaves_with_path(out)
    for (path, shape), depends in zip(paths, dependent, strict=True):
        if depends:
            where = show_path(tuple(map(from_jax_key, path)))
            raise LazyInitError(f"{shape.dtype}{list(shape.shape)}", where)


def _dependent(jaxpr: Any, inputs: Iterable[bool]) -> list[bool]:
    """Which results depend on those of the inputs that are marked."""
    marked = {var for var, mark in zip(jaxpr.invars, inputs, strict=True) if mark}
    for eqn in jaxpr.eqns:
        marks = [_is_in(var, marked) for var in eqn.invars]
        if not any(marks):
            continue
        inner = _inner(eqn)
        results = (
            [True] * len(eqn.outvars) if inner is None else _dependent(inner, marks)
        )
        marked.update(
            var for var, mark in zip(eqn.outvars, results, strict=True) if mark
        )
    return [_is_in(var, marked) for var in jaxpr.outvars]


def _inner(eqn: Any) -> Any:
    """The function that an operation calls with all its arguments, if it does."""
    for name in INNER:
        inner = eqn.params.get(name)
        inner = getattr(inner, "jaxpr", inner)
        if inner is not None and (len(inner.invars), len(inner.outvars)) == (
            len(eqn.invars),
            len(eqn.outvars),
        ):
            return inner
    return None


def _run(traced: Any) -> list[Any]:
    """The results, which depend on no input, by the operations that they need."""
    from jax.extend import core

    jaxpr = traced.jaxpr
    needed = {var for var in jaxpr.outvars if not _is_literal(var)}
    eqns = []
    for eqn in reversed(jaxpr.eqns):
        if any(var in needed for var in eqn.outvars):
            eqns.append(eqn)
            needed.update(var for var in eqn.invars if not _is_literal(var))
    # An operation may compute more than is needed of it, and from an input.
    inputs = [_anything(var.aval) for var in jaxpr.invars]
    pruned = jaxpr.replace(eqns=eqns[::-1])
    return list(core.jaxpr_as_fun(core.ClosedJaxpr(pruned, traced.consts))(*inputs))


def _anything(aval: Any) -> Any:
    """Some array of a shape and dtype."""
    if jax.numpy.issubdtype(aval.dtype, jax.dtypes.prng_key):
        return jax.random.split(jax.random.key(0), aval.shape)
    return jax.numpy.zeros(aval.shape, aval.dtype)


def _is_in(var: Any, marked: set[Any]) -> bool:
    return not _is_literal(var) and var in marked


def _is_literal(var: Any) -> bool:
    """Whether a variable of a jaxpr is a constant, which cannot be hashed."""
    from jax.extend import core

    return isinstance(var, core.Literal)

"""Lifted derivatives: of functions of scopes, for arguments and for variables."""

from collections.abc import Callable
from typing import Any

import jax

from ._collections import CollectionFilter
from ._pack import Pack


def value_and_grad(
    fn: Callable[..., Any],
    scope: Any,
    *primals: Any,
    has_aux: bool = False,
    reduce_axes: Any = (),  # noqa: ARG001 (the name is API)
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
) -> tuple[Any, Any]:
    """The value of a function of scopes, and its derivatives for the arguments.

    Args:
        fn: its first argument is the scopes; it returns a scalar.
        scope: the scopes.
        *primals: the arguments.
        has_aux: whether it returns a pair, and the derivatives are of the first.
        reduce_axes: has no effect; it is there for code that passes it.
        variables: a filter of the collections that go in.
        rngs: a filter of the keys that go in.

    Returns:
        The value, which is the pair if there is one, and a derivative for each
        argument in a tuple.
    """
    pack = Pack(scope, (variables,), (variables,), (rngs,), "value_and_grad")

    def inner(*primals: Any) -> Any:
        y, out = pack.run(fn, pack.variables, pack.rngs, *primals)
        y, aux = y if has_aux else (y, None)
        return y, (aux, out)

    numbers = tuple(range(len(primals)))
    (y, (aux, out)), grads = jax.value_and_grad(inner, numbers, True)(*primals)
    pack.put_back(out)
    return ((y, aux) if has_aux else y), grads


def vjp(
    fn: Callable[..., Any],
    scope: Any,
    *primals: Any,
    has_aux: bool = False,
    reduce_axes: Any = (),  # noqa: ARG001 (the name is API)
    vjp_variables: CollectionFilter = "params",
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
) -> Any:
    """The value of a function of scopes, and the function from its cotangent to theirs.

    Args:
        fn: its first argument is the scopes.
        scope: the scopes.
        *primals: the arguments.
        has_aux: whether it returns a pair, and the derivatives are of the first.
        reduce_axes: has no effect; it is there for code that passes it.
        vjp_variables: a filter of the collections to differentiate for.
        variables: a filter of the other collections that go in.
        rngs: a filter of the keys that go in.

    Returns:
        The value, and a function of a cotangent that returns those of the collections
        and of each argument; after these the second of the pair, if there is one.
    """
    filters = (vjp_variables, variables)
    pack = Pack(scope, filters, filters, (rngs,), "vjp")
    target, rest = pack.variables

    def inner(target: Any, *primals: Any) -> Any:
        y, out = pack.run(fn, (target, rest), pack.rngs, *primals)
        y, aux = y if has_aux else (y, None)
        return y, (aux, out)

    y, pullback, (aux, out) = jax.vjp(inner, target, *primals, has_aux=True)
    pack.put_back(out)

    def backward(pullback: Any, cotangent: Any) -> Any:
        for_target, *others = pullback(cotangent)
        return (pack.as_scopes(for_target), *others)

    # A pytree, so that it can be among the residuals of a custom_vjp.
    back = jax.tree_util.Partial(backward, pullback)  # type: ignore[no-untyped-call,unused-ignore]
    return (y, back, aux) if has_aux else (y, back)


def jvp(
    fn: Callable[..., Any],
    scope: Any,
    primals: Any,
    tangents: Any,
    variable_tangents: Any,
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
) -> tuple[Any, Any]:
    """The value of a function of scopes, and how it changes along a direction.

    Args:
        fn: its first argument is the scopes.
        scope: the scopes.
        primals: the arguments in a tuple.
        tangents: their direction, in a tuple.
        variable_tangents: that of the collections, by name; in a list of one for each
            scope if there are several.
        variables: a filter of the other collections that go in.
        rngs: a filter of the keys that go in.
    """
    several = isinstance(variable_tangents, (tuple, list))
    named = variable_tangents if several else [variable_tangents]
    moving = {col for one in named for col, part in one.items() if part}
    pack = Pack(scope, (moving, variables), (moving, variables), (rngs,), "jvp")
    target, rest = pack.variables

    def inner(target: Any, *primals: Any) -> Any:
        return pack.run(fn, (target, rest), pack.rngs, *primals)

    direction = pack.as_group(variable_tangents)
    y, tangent, out = jax.jvp(
        inner, (target, *primals), (direction, *tangents), has_aux=True
    )
    pack.put_back(out)
    return y, tangent


def custom_vjp(
    fn: Callable[..., Any],
    forward_fn: Callable[..., Any],
    backward_fn: Callable[..., Any],
    grad_vars: CollectionFilter = "params",
    nondiff_argnums: int | tuple[int, ...] = (),
) -> Callable[..., Any]:
    """Give a function of scopes derivatives of its own.

    Args:
        fn: its first argument is the scopes.
        forward_fn: has the same arguments; returns what `fn` does, and what the other
            function needs, which may be the function that `vjp` returns.
        backward_fn: gets the arguments without derivatives, what `forward_fn` kept, and
            a cotangent; returns those of the collections and of each argument.
        grad_vars: a filter of the collections that have derivatives.
        nondiff_argnums: which arguments have none; 0 are the scopes.

    Returns:
        A function of scopes and the arguments.
    """
    numbers = (
        (nondiff_argnums,) if isinstance(nondiff_argnums, int) else nondiff_argnums
    )
    without = {number - 1 for number in numbers}
    filters = (grad_vars, True)

    def lifted(scopes: Any, *args: Any) -> Any:
        pack = Pack(scopes, filters, filters, (True,), "custom_vjp")
        fixed = {n: arg for n, arg in enumerate(args) if n in without}

        def full(free: tuple[Any, ...]) -> list[Any]:
            rest = iter(free)
            return [fixed[n] if n in fixed else next(rest) for n in range(len(args))]

        @jax.custom_vjp
        def plain(groups: Any, keys: Any, *free: Any) -> Any:
            return pack.run(fn, groups, keys, *full(free))

        def forward(groups: Any, keys: Any, *free: Any) -> Any:
            (y, kept), out = pack.run(forward_fn, groups, keys, *full(free))
            return (y, out), kept

        def backward(kept: Any, cotangents: Any) -> Any:
            given = backward_fn(*fixed.values(), kept, cotangents[0])
            for_target, *others = given
            return (pack.as_group(for_target), None), None, *others

        plain.defvjp(forward, backward)
        free = [arg for n, arg in enumerate(args) if n not in without]
        y, out = plain(pack.variables, pack.rngs, *free)
        pack.put_back(out)
        return y

    return lifted

"""nn.grad, nn.value_and_grad, nn.vjp, nn.jvp and nn.custom_vjp."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..core import CollectionFilter
from ..core import lift as core
from ._lift import InsideFunction, call_lifted


def value_and_grad(
    fn: Callable[..., Any],
    mdl: Any,
    *primals: Any,
    has_aux: bool = False,
    reduce_axes: Any = (),
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
) -> tuple[Any, Any]:
    """The value of a function of a module, and its derivatives for the arguments.

    Args:
        fn: its first argument is the module; it returns a scalar.
        mdl: the module.
        *primals: the arguments.
        has_aux: whether it returns a pair, and the derivatives are of the first.
        reduce_axes: has no effect; it is there for code that passes it.
        variables: a filter of the collections that go in.
        rngs: a filter of the keys that go in.

    Returns:
        The value, which is the pair if there is one, and a tuple with a derivative for
        each argument.

    Raises:
        TransformTargetError: `mdl` is no module.
    """

    def lifted(luggage: Any, *primals: Any) -> Any:
        return core.value_and_grad(
            InsideFunction(fn),
            luggage,
            *primals,
            has_aux=has_aux,
            reduce_axes=reduce_axes,
            variables=variables,
            rngs=rngs,
        )

    return call_lifted(lifted, fn, mdl, *primals)  # type: ignore[no-any-return]


def grad(
    fn: Callable[..., Any],
    mdl: Any,
    *primals: Any,
    has_aux: bool = False,
    reduce_axes: Any = (),
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
) -> Any:
    """The derivatives of a function of a module for its arguments.

    Args:
        fn: its first argument is the module; it returns a scalar.
        mdl: the module.
        *primals: the arguments.
        has_aux: whether it returns a pair, and the derivatives are of the first.
        reduce_axes: has no effect; it is there for code that passes it.
        variables: a filter of the collections that go in.
        rngs: a filter of the keys that go in.

    Returns:
        A tuple with a derivative for each argument; with the second of the pair, if
        there is one.

    Raises:
        TransformTargetError: `mdl` is no module.

    Example:
        >>> from ramie import linen as nn
        >>> class Slope(nn.Module):
        ...     @nn.compact
        ...     def __call__(self, x):
        ...         (slope,) = nn.grad(lambda module, x: x * x, self, x)
        ...         return slope
        >>> print(Slope().apply({}, 3.0))
        6.0
    """
    y, grads = value_and_grad(
        fn,
        mdl,
        *primals,
        has_aux=has_aux,
        reduce_axes=reduce_axes,
        variables=variables,
        rngs=rngs,
    )
    return (grads, y[1]) if has_aux else grads


def vjp(
    fn: Callable[..., Any],
    mdl: Any,
    *primals: Any,
    has_aux: bool = False,
    reduce_axes: Any = (),
    vjp_variables: CollectionFilter = "params",
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
    multi_scope: bool = False,
) -> Any:
    """The value of a function of a module, and a function for its derivatives.

    Args:
        fn: its first argument is the module.
        mdl: the module.
        *primals: the arguments.
        has_aux: whether it returns a pair, and the derivatives are of the first.
        reduce_axes: has no effect; it is there for code that passes it.
        vjp_variables: a filter of the collections to differentiate for.
        variables: a filter of the other collections that go in.
        rngs: a filter of the keys that go in.
        multi_scope: whether the collections come in a list, with those of bound modules
            in fields besides.

    Returns:
        The value, and a function of a cotangent that returns those of the collections
        and of each argument; after these the second of the pair, if there is one.

    Raises:
        TransformTargetError: `mdl` is no module.
    """

    def lifted(luggage: Any, *primals: Any) -> Any:
        return core.vjp(
            InsideFunction(fn),
            luggage,
            *primals,
            has_aux=has_aux,
            reduce_axes=reduce_axes,
            vjp_variables=vjp_variables,
            variables=variables,
            rngs=rngs,
        )

    y, backward, *aux = call_lifted(lifted, fn, mdl, *primals)
    if not multi_scope:
        return (y, backward, *aux)

    def in_list(cotangent: Any) -> Any:
        collections, *others = backward(cotangent)
        several = isinstance(collections, list)
        return (collections if several else [collections], *others)

    return (y, in_list, *aux)


def jvp(
    fn: Callable[..., Any],
    mdl: Any,
    primals: Any,
    tangents: Any,
    variable_tangents: Any,
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
) -> tuple[Any, Any]:
    """The value of a function of a module, and how it changes along a direction.

    Args:
        fn: its first argument is the module.
        mdl: the module.
        primals: the arguments in a tuple.
        tangents: their direction, in a tuple.
        variable_tangents: that of the collections, by name.
        variables: a filter of the other collections that go in.
        rngs: a filter of the keys that go in.

    Raises:
        TransformTargetError: `mdl` is no module.
    """

    def lifted(luggage: Any, *primals: Any) -> Any:
        return core.jvp(
            InsideFunction(fn),
            luggage,
            primals,
            tangents,
            variable_tangents,
            variables=variables,
            rngs=rngs,
        )

    return call_lifted(lifted, fn, mdl, *primals)  # type: ignore[no-any-return]


def custom_vjp(
    fn: Callable[..., Any],
    forward_fn: Callable[..., Any],
    backward_fn: Callable[..., Any],
    grad_vars: CollectionFilter = "params",
    nondiff_argnums: int | tuple[int, ...] = (),
) -> Callable[..., Any]:
    """Give a function of a module derivatives of its own.

    Args:
        fn: its first argument is the module.
        forward_fn: has the same arguments; returns what `fn` does, and what the other
            function needs, which may be the function that `nn.vjp` returns.
        backward_fn: gets the arguments without derivatives, what `forward_fn` kept, and
            a cotangent; returns those of the collections and of each argument.
        grad_vars: a filter of the collections that have derivatives.
        nondiff_argnums: which arguments have none; 0 is the module.

    Returns:
        A function of the module and the arguments.
    """
    lifted = core.custom_vjp(
        InsideFunction(fn),
        InsideFunction(forward_fn),
        backward_fn,
        grad_vars,
        nondiff_argnums,
    )

    @wraps(fn)
    def outside(module: Any, *args: Any) -> Any:
        return call_lifted(lifted, fn, module, *args)

    return outside

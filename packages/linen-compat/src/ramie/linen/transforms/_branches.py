"""nn.cond, nn.switch and nn.while_loop."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..core import CollectionFilter
from ..core import lift as core
from ._lift import InsideFunction, call_lifted
from ._loops import NOTHING


def cond(
    pred: Any,
    true_fun: Callable[..., Any],
    false_fun: Callable[..., Any],
    mdl: Any,
    *operands: Any,
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
) -> Any:
    """Call one of two functions of a module.

    Args:
        pred: which one, known when it runs.
        true_fun: called if it is true.
        false_fun: called if not; both return the same kinds of things, and make the
            same variables.
        mdl: the module.
        *operands: arguments for the functions.
        variables: a filter of the collections that go in.
        rngs: a filter of the keys that go in.

    Raises:
        TransformTargetError: `mdl` is no module.

    Example:
        >>> from ramie import linen as nn
        >>> class Flip(nn.Module):
        ...     @nn.compact
        ...     def __call__(self, x):
        ...         return nn.cond(x > 0, lambda m, x: x, lambda m, x: -x, self, x)
        >>> print(Flip().apply({}, jnp.array(-2.0)))
        2.0
    """

    def lifted(luggage: Any, *operands: Any) -> Any:
        return core.cond(
            pred,
            InsideFunction(true_fun),
            InsideFunction(false_fun),
            luggage,
            *operands,
            variables=variables,
            rngs=rngs,
        )

    return call_lifted(lifted, cond, mdl, *operands)


def switch(
    index: Any,
    branches: Sequence[Callable[..., Any]],
    mdl: Any,
    *operands: Any,
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
) -> Any:
    """Call one of several functions of a module.

    Args:
        index: which one, known when it runs; it is clamped.
        branches: the functions; all return the same kinds of things, and make the same
            variables.
        mdl: the module.
        *operands: arguments for the functions.
        variables: a filter of the collections that go in.
        rngs: a filter of the keys that go in.

    Raises:
        TransformTargetError: `mdl` is no module.
    """

    def lifted(luggage: Any, *operands: Any) -> Any:
        functions = list(map(InsideFunction, branches))
        return core.switch(
            index, functions, luggage, *operands, variables=variables, rngs=rngs
        )

    return call_lifted(lifted, switch, mdl, *operands)


def while_loop(
    cond_fn: Callable[..., Any],
    body_fn: Callable[..., Any],
    mdl: Any,
    init: Any,
    carry_variables: CollectionFilter = False,
    broadcast_variables: CollectionFilter = True,
    split_rngs: Mapping[Any, bool] = NOTHING,
) -> Any:
    """Repeat a function of a module as long as a condition holds.

    Variables are made before the loop: nothing new can be made in it.

    Args:
        cond_fn: called with the module and the carry; whether to go on.
        body_fn: called with the same; returns the next carry.
        mdl: the module.
        init: the first carry.
        carry_variables: a filter of the collections that steps hand on.
        broadcast_variables: a filter of those that all steps share.
        split_rngs: by filter of keys, whether each step has its own (True) or all have
            the same (False). Keys that are not named are not there.

    Raises:
        TransformTargetError: `mdl` is no module.
        LiftedCarryError: a step returns a carry of another kind than it got.
    """

    def lifted(luggage: Any, init: Any) -> Any:
        return core.while_loop(
            InsideFunction(cond_fn),
            InsideFunction(body_fn),
            luggage,
            init,
            carry_variables,
            broadcast_variables,
            split_rngs,
        )

    return call_lifted(lifted, while_loop, mdl, init)

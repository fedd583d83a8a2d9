"""Lifted cond, switch and while_loop: what runs is known only when it runs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ._collections import CollectionFilter
from ._groups import Groups
from ._lift_scan import NO_AXES, keep_carry, updated
from ._pack import Pack
from ._rng import LazyRng


def cond(
    pred: Any,
    true_fun: Callable[..., Any],
    false_fun: Callable[..., Any],
    scope: Any,
    *operands: Any,
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
) -> Any:
    """Call one of two functions of scopes.

    Args:
        pred: which one, known when it runs.
        true_fun: called if it is true.
        false_fun: called if not; both return the same kinds of things, and make the
            same variables.
        scope: the scopes.
        *operands: arguments for the functions.
        variables: a filter of the collections that go in.
        rngs: a filter of the keys that go in.
    """
    pack = Pack(scope, (variables,), (variables,), (rngs,), "cond")
    y, out = jax.lax.cond(
        pred,
        _branch(pack, true_fun),
        _branch(pack, false_fun),
        pack.variables,
        pack.rngs,
        *operands,
    )
    pack.put_back(out)
    return y


def switch(
    index: Any,
    branches: Sequence[Callable[..., Any]],
    scope: Any,
    *operands: Any,
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
) -> Any:
    """Call one of several functions of scopes.

    Args:
        index: which one, known when it runs; it is clamped.
        branches: the functions; all return the same kinds of things, and make the same
            variables.
        scope: the scopes.
        *operands: arguments for the functions.
        variables: a filter of the collections that go in.
        rngs: a filter of the keys that go in.
    """
    pack = Pack(scope, (variables,), (variables,), (rngs,), "switch")
    y, out = jax.lax.switch(
        index,
        [_branch(pack, branch) for branch in branches],
        pack.variables,
        pack.rngs,
        *operands,
    )
    pack.put_back(out)
    return y


def _branch(pack: Pack, fn: Callable[..., Any]) -> Callable[..., Any]:
    def branch(groups: Groups, keys: Groups, *operands: Any) -> Any:
        return pack.run(fn, groups, keys, *operands)

    return branch


def while_loop(
    cond_fn: Callable[..., Any],
    body_fn: Callable[..., Any],
    scope: Any,
    init: Any,
    carry_variables: CollectionFilter = False,
    broadcast_variables: CollectionFilter = True,
    split_rngs: Mapping[Any, bool] = NO_AXES,
) -> Any:
    """Repeat a function of scopes as long as a condition holds.

    Args:
        cond_fn: called with the scopes and the carry; whether to go on.
        body_fn: called with the same; returns the next carry.
        scope: the scopes.
        init: the first carry.
        carry_variables: a filter of the collections that steps hand on.
        broadcast_variables: a filter of those that all steps share.
        split_rngs: by filter of keys, whether each step has its own (True) or all have
            the same (False). Keys that are not named are not there.

    Raises:
        LiftedCarryError: a step returns a carry of another kind than it got.
    """
    filters = (carry_variables, broadcast_variables)
    splits = tuple(split_rngs.values())
    pack = Pack(scope, filters, (carry_variables,), tuple(split_rngs), "while_loop")
    carried, shared = pack.variables

    def keys_of(step: Any) -> Groups:
        def own(lazy: LazyRng) -> LazyRng:
            return LazyRng(jax.random.fold_in(lazy.rng, step), lazy.suffix)

        return tuple(
            tuple(
                {name: own(lazy) if split else lazy for name, lazy in holder.items()}
                for holder in group
            )
            for group, split in zip(pack.rngs, splits, strict=True)
        )

    def goes_on(state: Any) -> Any:
        step, carried, c = state
        return pack.run(cond_fn, (carried, shared), keys_of(step), c)[0]

    def advance(state: Any) -> Any:
        step, carried, c = state
        after, (out,) = pack.run(body_fn, (carried, shared), keys_of(step), c)
        after, carried = keep_carry(
            pack.where, (c, carried), (after, updated(carried, out))
        )
        return step + 1, carried, after

    start = (jnp.zeros((), jnp.int32), carried, init)
    _, carried, c = jax.lax.while_loop(goes_on, advance, start)
    pack.put_back((carried,))
    return c

"""Lifted map_variables, and transforms that are made of others."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from . import _meta as meta
from ._collections import CollectionFilter, subtract_filters
from ._lift_axes import split_axes
from ._lift_calls import remat
from ._lift_scan import NO_AXES, scan
from ._pack import Pack

ALL_AXES: Mapping[Any, Any] = {True: 0}
ALL_SPLIT: Mapping[Any, bool] = {True: True}


def _same(collections: Any) -> Any:
    return collections


def map_variables(
    fn: Callable[..., Any],
    mapped_collections: CollectionFilter = True,
    map_in_fn: Callable[..., Any] = _same,
    map_out_fn: Callable[..., Any] = _same,
    init: bool = False,
    mutable: bool = False,
    rngs: CollectionFilter = True,
    variables: CollectionFilter = True,
) -> Callable[..., Any]:
    """Show a function of scopes other variables than there are.

    Args:
        fn: its first argument is the scopes.
        mapped_collections: a filter of the collections it sees changed.
        map_in_fn: from the collections, in a dict, to those it sees.
        map_out_fn: from those it leaves to those that are kept.
        init: whether variables that may be made are made first, by calling `fn` with
            what there is and mapping out.
        mutable: whether it may change those collections.
        rngs: a filter of the keys that go in.
        variables: a filter of the other collections that go in.

    Returns:
        A function of scopes and the arguments.
    """
    writes = init or mutable
    ins = (mapped_collections, variables)
    outs: tuple[CollectionFilter, ...] = (
        mapped_collections if writes else False,
        subtract_filters(variables, mapped_collections),
    )

    def lifted(scopes: Any, *args: Any, **kwargs: Any) -> Any:
        pack = Pack(scopes, ins, outs, (rngs,), "map_variables")
        target, rest = pack.variables
        if init and pack.may_change(mapped_collections):
            _, made = pack.run(fn, (target, rest), pack.rngs, *args, **kwargs)
            target = pack.mapped(map_out_fn, made[0])
        seen = pack.mapped(map_in_fn, target)
        y, (left, others) = pack.run(fn, (seen, rest), pack.rngs, *args, **kwargs)
        if writes:
            left = pack.mapped(map_out_fn, left)
        pack.put_back((left, others))
        return y

    return lifted


def swap_collection(
    fn: Callable[..., Any], col_a: str, col_b: str
) -> Callable[..., Any]:
    """Show a function of scopes two collections with their names exchanged.

    Args:
        fn: its first argument is the scopes.
        col_a: the one collection.
        col_b: the other.

    Returns:
        A function of scopes and the arguments.
    """
    names = {col_a: col_b, col_b: col_a}

    def swap(collections: Mapping[str, Any]) -> dict[str, Any]:
        return {names.get(col, col): part for col, part in collections.items()}

    return map_variables(fn, (col_a, col_b), swap, swap, mutable=True)


def add_metadata_axis(
    fn: Callable[..., Any],
    variable_axes: Mapping[Any, Any] = NO_AXES,
    metadata_params: Mapping[Any, Any] = NO_AXES,
) -> Callable[..., Any]:
    """Tell boxes of an axis that arrays have got by other means.

    Args:
        fn: its first argument is the scopes.
        variable_axes: by filter of collections, where the axis is.
        metadata_params: what boxes are told about the axis.

    Returns:
        A function of scopes and the arguments.
    """
    params = dict(metadata_params)
    axes, _ = split_axes(variable_axes, (int, type(None)))
    for filter_like, axis in axes.items():
        if axis is not None:
            fn = _with_axis(fn, filter_like, axis, params)
    return fn


def _with_axis(
    fn: Callable[..., Any], filter_like: Any, axis: int, params: dict[Any, Any]
) -> Callable[..., Any]:
    return map_variables(
        fn,
        filter_like,
        lambda tree: meta.remove_axis(tree, axis, params),
        lambda tree: meta.add_axis(tree, axis, params),
        mutable=True,
    )


def remat_scan(
    body_fn: Callable[..., Any],
    lengths: Sequence[int],
    policy: Callable[..., bool] | None = None,
    variable_broadcast: CollectionFilter = False,
    variable_carry: CollectionFilter = False,
    variable_axes: Mapping[Any, Any] = ALL_AXES,
    split_rngs: Mapping[Any, bool] = ALL_SPLIT,
) -> Callable[..., Any]:
    """Repeat a function of scopes in nested loops that keep little for derivatives.

    Args:
        body_fn: called with the scopes and the carry; returns the next carry.
        lengths: of the loops, the outermost first; there are as many steps as their
            product.
        policy: what is kept in a step, as `jax.checkpoint` has it.
        variable_broadcast: as `scan` has it.
        variable_carry: as `scan` has it.
        variable_axes: as `scan` has it.
        split_rngs: as `scan` has it.

    Returns:
        A function of scopes and the carry.
    """
    options: dict[str, Any] = {
        "variable_broadcast": variable_broadcast,
        "variable_carry": variable_carry,
        "variable_axes": variable_axes,
        "split_rngs": split_rngs,
    }
    length, *inner = lengths
    repeated = (
        remat_scan(body_fn, inner, policy, **options)
        if inner
        else remat(body_fn, policy=policy, prevent_cse=False)
    )

    def step(scopes: Any, carry: Any) -> Any:
        return repeated(scopes, carry), None

    looped = scan(step, length=length, **options)

    def lifted(scopes: Any, carry: Any) -> Any:
        return looped(scopes, carry)[0]

    return lifted

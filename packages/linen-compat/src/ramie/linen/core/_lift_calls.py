"""Lifted remat and fold_rngs: the same function, computed in another way."""

from collections.abc import Callable
from typing import Any

import jax

from ._arguments import chosen, joined, numbers_of
from ._collections import CollectionFilter
from ._groups import Groups
from ._pack import Pack


def remat(
    fn: Callable[..., Any],
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
    concrete: bool = False,  # noqa: ARG001 (the name is API)
    prevent_cse: bool = True,
    static_argnums: int | tuple[int, ...] = (),
    policy: Callable[..., bool] | None = None,
) -> Callable[..., Any]:
    """Compute a function of scopes once more for derivatives, and keep nothing.

    Args:
        fn: its first argument is the scopes.
        variables: a filter of the collections that go in.
        rngs: a filter of the keys that go in.
        concrete: has no effect; it is there for code that passes it.
        prevent_cse: as `jax.checkpoint` has it.
        static_argnums: which arguments are no arrays; 0 are the scopes.
        policy: what is kept after all, as `jax.checkpoint` has it.

    Returns:
        A function of scopes and the arguments.
    """
    static = numbers_of(static_argnums)

    def lifted(scopes: Any, *args: Any, **kwargs: Any) -> Any:
        pack = Pack(scopes, (variables,), (variables,), (rngs,), "remat")
        fixed, rest = chosen(args, static)

        def inner(groups: Groups, keys: Groups, rest: Any, kwargs: Any) -> Any:
            return pack.run(fn, groups, keys, *joined(fixed, rest), **kwargs)

        checkpointed = jax.checkpoint(inner, prevent_cse=prevent_cse, policy=policy)
        y, out = checkpointed(pack.variables, pack.rngs, rest, kwargs)
        pack.put_back(out)
        return y

    return lifted


checkpoint = remat


def fold_rngs(
    fn: Callable[..., Any],
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
) -> Callable[..., Any]:
    """Give a function of scopes keys with their paths folded in already.

    Args:
        fn: its first argument is the scopes.
        variables: a filter of the collections that go in.
        rngs: a filter of the keys that go in.

    Returns:
        A function of scopes and the arguments.
    """

    def lifted(scopes: Any, *args: Any, **kwargs: Any) -> Any:
        pack = Pack(scopes, (variables,), (variables,), (rngs,), "fold_rngs", fork=True)
        y, out = pack.run(fn, pack.variables, pack.rngs, *args, **kwargs)
        pack.put_back(out)
        return y

    return lifted

"""Lifted remat, jit and fold_rngs: the same function, computed in another way."""

from collections.abc import Callable, Iterable
from typing import Any

import jax

from ._collections import CollectionFilter
from ._pack import Groups, Pack


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
    static = _indices(static_argnums)

    def lifted(scopes: Any, *args: Any, **kwargs: Any) -> Any:
        pack = Pack(scopes, (variables,), (variables,), (rngs,), "remat")
        fixed, rest = _parted(args, static)

        def inner(groups: Groups, keys: Groups, rest: Any, kwargs: Any) -> Any:
            return pack.run(fn, groups, keys, *_joined(fixed, rest), **kwargs)

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


def jit(
    fn: Callable[..., Any],
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
    static_argnums: int | Iterable[int] = (),
    static_argnames: str | Iterable[str] = (),
    donate_argnums: int | Iterable[int] = (),  # noqa: ARG001 (the name is API)
    device: Any = None,  # noqa: ARG001 (the name is API)
    backend: str | None = None,  # noqa: ARG001 (the name is API)
) -> Callable[..., Any]:
    """Compile a function of scopes.

    Args:
        fn: its first argument is the scopes.
        variables: a filter of the collections that go in.
        rngs: a filter of the keys that go in.
        static_argnums: which arguments are no arrays; 0 are the scopes.
        static_argnames: which named arguments are none.
        donate_argnums: has no effect; it is there for code that passes it.
        device: the same.
        backend: the same.

    Returns:
        A function of scopes and the arguments.
    """
    static = _indices(static_argnums)
    names = (
        {static_argnames} if isinstance(static_argnames, str) else {*static_argnames}
    )

    def lifted(scopes: Any, *args: Any, **kwargs: Any) -> Any:
        pack = Pack(scopes, (variables,), (variables,), (rngs,), "jit", fork=True)
        fixed, rest = _parted(args, static)
        fixed_named = {name: kwargs.pop(name) for name in names & kwargs.keys()}

        def inner(groups: Groups, keys: Groups, rest: Any, kwargs: Any) -> Any:
            args = _joined(fixed, rest)
            return pack.run(fn, groups, keys, *args, **kwargs, **fixed_named)

        y, out = jax.jit(inner)(pack.variables, pack.rngs, rest, kwargs)
        pack.put_back(out)
        return y

    return lifted


def _indices(numbers: int | Iterable[int]) -> frozenset[int]:
    """Numbers of arguments, counted without the scopes."""
    given = (numbers,) if isinstance(numbers, int) else numbers
    return frozenset(n - 1 if n > 0 else n for n in given)


def _parted(
    args: tuple[Any, ...], static: frozenset[int]
) -> tuple[dict[int, Any], dict[int, Any]]:
    """Arguments by number: those that are no arrays, and the others."""
    count = len(args)
    chosen = {n % count if n < 0 else n for n in static} if count else set()
    fixed = {n: arg for n, arg in enumerate(args) if n in chosen}
    return fixed, {n: arg for n, arg in enumerate(args) if n not in chosen}


def _joined(fixed: dict[int, Any], rest: dict[int, Any]) -> list[Any]:
    return [{**fixed, **rest}[n] for n in range(len(fixed) + len(rest))]

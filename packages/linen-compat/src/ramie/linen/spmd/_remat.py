"""Remat whose static arguments are counted after the module, or after the scopes."""

from collections.abc import Callable, Iterable
from typing import Any

from ..core import CollectionFilter
from ..core import lift as core
from ..transforms._lift import lift


def core_remat_static(
    fn: Callable[..., Any],
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
    concrete: bool = False,
    prevent_cse: bool = True,
    static_argnums: int | Iterable[int] = (),
    policy: Callable[..., bool] | None = None,
) -> Callable[..., Any]:
    """`core.lift.remat`, with arguments counted after the scopes.

    Args:
        fn: its first argument is the scopes.
        variables: a filter of the collections that go in.
        rngs: a filter of the keys that go in.
        concrete: has no effect; it is there for code that passes it.
        prevent_cse: as `jax.checkpoint` has it.
        static_argnums: which arguments are no arrays; the one after the scopes is
            number 0.
        policy: what is kept after all, as `jax.checkpoint` has it.
    """
    numbers = (
        (static_argnums,) if isinstance(static_argnums, int) else tuple(static_argnums)
    )
    return core.remat(
        fn,
        variables,
        rngs,
        concrete,
        prevent_cse,
        tuple(number + 1 if number >= 0 else number for number in numbers),
        policy,
    )


def remat(
    target: Any,
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
    concrete: bool = False,
    prevent_cse: bool = True,
    static_argnums: int | Iterable[int] = (),
    policy: Callable[..., bool] | None = None,
    methods: Any = None,
) -> Any:
    """`nn.remat`, with arguments counted after `self`.

    Args:
        target: a class of modules, or a function of one.
        variables: a filter of the collections that go in.
        rngs: a filter of the keys that go in.
        concrete: has no effect; it is there for code that passes it.
        prevent_cse: as `jax.checkpoint` has it.
        static_argnums: which arguments are no arrays; the one after `self` is number 0.
        policy: what is kept after all, as `jax.checkpoint` has it.
        methods: names of the methods, if not `__call__`; or a dict with options.

    Raises:
        TransformTargetError: the target is neither.
    """
    return lift(
        core_remat_static,
        target,
        "Core_remat_static",
        methods,
        variables=variables,
        rngs=rngs,
        concrete=concrete,
        prevent_cse=prevent_cse,
        static_argnums=static_argnums,
        policy=policy,
    )

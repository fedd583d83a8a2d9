"""nn.remat and nn.jit."""

from collections.abc import Callable, Iterable
from typing import Any

from ..core import CollectionFilter
from ..core import lift as core
from ._lift import lift


def remat(
    target: Any,
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
    concrete: bool = False,
    prevent_cse: bool = True,
    static_argnums: int | tuple[int, ...] = (),
    policy: Callable[..., bool] | None = None,
    methods: Any = None,
) -> Any:
    """Compute a module once more for derivatives, instead of keeping what it computed.

    Args:
        target: a class of modules, or a function of one.
        variables: a filter of the collections that go in.
        rngs: a filter of the keys that go in.
        concrete: has no effect; it is there for code that passes it.
        prevent_cse: as `jax.checkpoint` has it.
        static_argnums: which arguments are no arrays; `self` is number 0.
        policy: what is kept after all, as `jax.checkpoint` has it.
        methods: names of the methods, if not `__call__`; or a dict with options.

    Raises:
        TransformTargetError: the target is neither.

    Example:
        >>> from ramie import linen as nn
        >>> class Sine(nn.Module):
        ...     def __call__(self, x):
        ...         return jnp.sin(x)
        >>> nn.remat(Sine)().apply({}, 0.0)
        Array(0., dtype=float32, weak_type=True)
    """
    return lift(
        core.remat,
        target,
        "Checkpoint",
        methods,
        variables=variables,
        rngs=rngs,
        concrete=concrete,
        prevent_cse=prevent_cse,
        static_argnums=static_argnums,
        policy=policy,
    )


checkpoint = remat


def jit(
    target: Any,
    variables: CollectionFilter = True,
    rngs: CollectionFilter = True,
    static_argnums: int | Iterable[int] = (),
    static_argnames: str | Iterable[str] = (),
    donate_argnums: int | Iterable[int] = (),
    device: Any = None,
    backend: str | None = None,
    methods: Any = None,
) -> Any:
    """Compile a module, once for all calls that are alike.

    Calls are alike if fields, static arguments, and the structure and types of
    variables and arguments are; names and places of modules may differ. Where a field
    or a static argument cannot be hashed, each call compiles. So it is while there are
    interceptors.

    Args:
        target: a class of modules, or a function of one.
        variables: a filter of the collections that go in.
        rngs: a filter of the keys that go in.
        static_argnums: which arguments are no arrays; `self` is number 0.
        static_argnames: which named arguments are none.
        donate_argnums: which arguments are not used after the call, so that results
            may take their memory; `self`, which has the variables, keeps its own.
        device: where to compute.
        backend: the same, by the name of a platform.
        methods: names of the methods, if not `__call__`; or a dict with options.

    Raises:
        TransformTargetError: the target is neither.

    Example:
        >>> from ramie import linen as nn
        >>> class Sine(nn.Module):
        ...     def __call__(self, x):
        ...         return jnp.sin(x)
        >>> nn.jit(Sine)().apply({}, 0.0)
        Array(0., dtype=float32, weak_type=True)
    """
    return lift(
        core.jit,
        target,
        "Jit",
        methods,
        keep=True,
        variables=variables,
        rngs=rngs,
        static_argnums=static_argnums,
        static_argnames=static_argnames,
        donate_argnums=donate_argnums,
        device=device,
        backend=backend,
    )

"""Functions of a scope as pure functions of variables and keys."""

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import (
    ApplyScopeInvalidVariablesStructureError,
    ApplyScopeInvalidVariablesTypeError,
    describe,
)
from ._collections import CollectionFilter
from ._lazy import lazily
from ._scope import Scope


def bind(
    variables: Mapping[str, Any],
    rngs: Any = None,
    mutable: CollectionFilter = False,
    flags: Mapping[str, Any] | None = None,
) -> Scope:
    """A root scope that holds these variables.

    Args:
        variables: the collections.
        rngs: a key, or keys by name.
        mutable: a filter of the collections that may change.
        flags: settings for all scopes of the tree.

    Raises:
        ApplyScopeInvalidVariablesTypeError: the variables are no collections.
        ApplyScopeInvalidVariablesStructureError: they are nested once too often.
        InvalidRngError: something is no key.
        InvalidFilterError: `mutable` is no filter.

    Example:
        >>> from ramie.linen import core
        >>> scope = core.bind({"params": {"bias": 1.0}})
        >>> scope.get_variable("params", "bias")
        1.0
    """
    _check_variables(variables)
    return Scope(variables, rngs, mutable=mutable, flags=flags)


def _check_variables(variables: Any) -> None:
    if not isinstance(variables, Mapping) or not all(
        isinstance(col, str) and isinstance(entries, Mapping)
        for col, entries in variables.items()
    ):
        raise ApplyScopeInvalidVariablesTypeError(describe(variables))
    params = variables.get("params")
    if params is not None and isinstance(params.get("params"), Mapping):
        raise ApplyScopeInvalidVariablesStructureError(variables)


def apply(
    fn: Callable[..., Any],
    mutable: CollectionFilter = False,
    flags: Mapping[str, Any] | None = None,
) -> Callable[..., Any]:
    """A function of a scope as a function of variables.

    Args:
        fn: its first argument is a scope.
        mutable: a filter of the collections that may change.
        flags: settings for all scopes of the tree.

    Returns:
        A function of the variables, the arguments of `fn` and `rngs`. If `mutable` is
        not False it returns the mutable collections besides.

    Example:
        >>> from ramie.linen import core
        >>> core.apply(lambda scope, x: x + scope.param("b", None))
        <function ...>
    """

    def applied(
        variables: Mapping[str, Any], *args: Any, rngs: Any = None, **kwargs: Any
    ) -> Any:
        root = bind(variables, rngs, mutable, flags)
        with root.temporary():
            y = fn(root, *args, **kwargs)
            return y if mutable is False else (y, root.mutable_variables())

    return applied


def init(
    fn: Callable[..., Any],
    mutable: CollectionFilter = True,
    flags: Mapping[str, Any] | None = None,
) -> Callable[..., Any]:
    """A function of a scope as a function of keys that makes the variables.

    Args:
        fn: its first argument is a scope.
        mutable: a filter of the collections to make.
        flags: settings for all scopes of the tree.

    Returns:
        A function of a key, or keys by name, and the arguments of `fn`; it returns
        what `fn` does, and the collections.
    """
    applied = apply(fn, mutable, {**(flags or {}), "initializing": True})

    def initialised(rngs: Any, *args: Any, **kwargs: Any) -> Any:
        return applied({}, *args, rngs={} if rngs is None else rngs, **kwargs)

    return initialised


def lazy_init(
    fn: Callable[..., Any],
    mutable: CollectionFilter = True,
    flags: Mapping[str, Any] | None = None,
) -> Callable[..., Any]:
    """As `init`, for arguments that may be shapes; only variables are computed.

    Args:
        fn: its first argument is a scope.
        mutable: a filter of the collections to make.
        flags: settings for all scopes of the tree.

    Returns:
        A function of a key, or keys by name, and the arguments of `fn`, each an array
        or a `jax.ShapeDtypeStruct`. It returns the collections.

    Raises:
        LazyInitError: by that function, if a variable depends on a shape's numbers.
    """
    initialised = init(fn, mutable, flags)

    def lazy(rngs: Any, *args: Any, **kwargs: Any) -> Any:
        def variables(rngs: Any, *args: Any, **kwargs: Any) -> Any:
            made = initialised(rngs, *args, **kwargs)
            return {} if mutable is False else made[1]

        return lazily(variables, rngs, *args, **kwargs)

    return lazy

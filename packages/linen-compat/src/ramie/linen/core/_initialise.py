"""Calling an initializer, at less cost where JAX is tracing.

Tracing the mathematics of a random initializer takes longer than that of the layer it
is for. Initializers of JAX, and those of the layers, depend on their arguments alone.
So each is traced once for its arguments, and is one operation from then on. Outside of
`jit` they are called as they are: compiled, the last bits of a result could differ.
"""

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

import jax

from ._param_shapes import function_key
from ._rng import LazyRng

MANY = 1024
"""How many initializers are remembered, before all are forgotten."""

KEYLESS = (jax.nn.initializers.zeros, jax.nn.initializers.ones)
"""Those that do not look at their key, so that none has to be made."""

KNOWN = ("jax.", "ramie.layers.")
"""Packages whose initializers depend on their arguments alone."""

_traced: dict[Any, Any] = {}
_staged: list[type] = []


def initialise(
    init_fn: Callable[..., Any],
    lazy: LazyRng,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
) -> Any:
    """The value of an initializer.

    Args:
        init_fn: a function of a key and the arguments.
        lazy: the key.
        args: further arguments.
        kwargs: keyword arguments.
    """
    if any(init_fn is one for one in KEYLESS):
        return init_fn(lazy.rng, *args, **kwargs)
    rng = lazy.as_jax_rng()
    if _is_staged(rng) and _is_known(init_fn):
        try:
            key: Any = function_key(init_fn), args, tuple(kwargs.items())
            once = _traced.get(key)
        except TypeError:  # Something cannot be hashed, or may change.
            return init_fn(rng, *args, **kwargs)
        if once is None:
            if len(_traced) >= MANY:
                _traced.clear()
            once = _traced[key] = _once(init_fn, args, kwargs)
        return once(rng)
    return init_fn(rng, *args, **kwargs)


def _once(init_fn: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    def init(rng: Any) -> Any:
        return init_fn(rng, *args, **kwargs)

    init.__name__ = init_fn.__name__
    return jax.jit(init)


def _is_known(init_fn: Any) -> bool:
    """Whether this is code that reads no global that could change."""
    if type(init_fn) is not FunctionType:
        return False
    return str(init_fn.__globals__.get("__name__")).startswith(KNOWN)


def _is_staged(rng: Any) -> bool:
    """Whether a key is one of a function that is traced to be compiled."""
    if not isinstance(rng, jax.core.Tracer):
        return False
    if not _staged:
        with jax.core.eval_context():
            jax.make_jaxpr(lambda x: _staged.append(type(x)))(0.0)
    return type(rng) in _staged

"""Flops of one call: what XLA says it would cost. It is compiled for, and never run."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp

from ..module import Module


class Cost:
    """What one call of a method costs, by the shapes of what it is given."""

    def __init__(
        self,
        module: Module,
        method: str,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> None:
        """Keep an unbound copy and shapes, but no array of the trace."""
        self._module, variables = module.unbind()
        rngs = {} if module.scope is None else module.scope.rngs
        self._method = method
        keys = {name: jax.random.key(0) for name in rngs}
        given = (variables, args, dict(kwargs))
        leaves, self._structure = jax.tree.flatten(given)
        self._leaves = [_shape(leaf) for leaf in leaves]
        self._traced = [
            n for n, x in enumerate(self._leaves) if isinstance(x, jax.ShapeDtypeStruct)
        ]
        self._keys = keys

    def flops(self) -> int:
        """The floating-point operations of the call."""
        return _flops_of(self._run, self._shapes())

    def vjp_flops(self) -> int:
        """Those of the call and of all gradients of it; 0 if there is no gradient."""
        shapes = self._shapes()
        inexact = [n for n, leaf in enumerate(shapes) if _is_inexact(leaf)]

        def run(arrays: list[Any]) -> Any:
            def part(chosen: list[Any]) -> list[Any]:
                mixed = list(arrays)
                for n, leaf in zip(inexact, chosen, strict=True):
                    mixed[n] = leaf
                return list(filter(_is_inexact, self._run(mixed)))

            out, vjp = jax.vjp(part, [arrays[n] for n in inexact])
            return out, vjp(list(map(jnp.ones_like, out)))

        return _flops_of(run, shapes)

    def _shapes(self) -> list[Any]:
        return [self._leaves[n] for n in self._traced]

    def _run(self, arrays: list[Any]) -> list[Any]:
        leaves = list(self._leaves)
        for n, array in zip(self._traced, arrays, strict=True):
            leaves[n] = array
        variables, args, kwargs = jax.tree.unflatten(self._structure, leaves)
        # Variables are results too: what a call stores is computed by it.
        out = self._module.apply(
            variables,
            *args,
            rngs=self._keys,
            method=self._method,
            mutable=True,
            **kwargs,
        )
        return [leaf for leaf in jax.tree.leaves(out) if isinstance(leaf, jax.Array)]


def _shape(leaf: Any) -> Any:
    if isinstance(leaf, jax.Array) or hasattr(leaf, "__array_priority__"):
        return jax.ShapeDtypeStruct(leaf.shape, leaf.dtype)  # type: ignore[no-untyped-call]
    return leaf


def _flops_of(run: Callable[..., Any], inputs: Any) -> int:
    analysis = jax.jit(run).lower(inputs).cost_analysis()
    # Backends need not know, and a program without arithmetic has no entry.
    return 0 if analysis is None else int(analysis.get("flops", 0))


def _is_inexact(leaf: Any) -> bool:
    return hasattr(leaf, "dtype") and jnp.issubdtype(leaf.dtype, jnp.inexact)

"""Flops: what XLA says a call would cost. It is compiled for, and never run."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from ramie.graph import flatten, unflatten
from ramie.graph.extend import content_of

from .._recording import ends_here
from ._calls import shapes_of


class Cost:
    """What one call of a method costs, by the shapes of what it is given."""

    def __init__(
        self, method: Callable[..., Any], module: Any, args: Any, kwargs: Any
    ) -> None:
        """Keep the structure and the shapes, but no array of the trace."""
        self._method = method
        self._core, contents = flatten((module, args, kwargs), with_paths=False)
        self._contents = shapes_of(contents)

    def flops(self) -> int | None:
        """The floating-point operations of the call."""
        return _flops_of(self._run, self._contents)

    def vjp_flops(self) -> int | None:
        """Those of the call and of all gradients of it."""
        leaves, treedef = jax.tree.flatten(self._contents)
        inexact = [n for n, leaf in enumerate(leaves) if _is_inexact(leaf)]

        def run(leaves: list[Any]) -> Any:
            def part(chosen: list[Any]) -> list[Any]:
                mixed = list(leaves)
                for n, leaf in zip(inexact, chosen, strict=True):
                    mixed[n] = leaf
                out = self._run(jax.tree.unflatten(treedef, mixed))
                return [leaf for leaf in out if _is_inexact(leaf)]

            out, vjp = jax.vjp(part, [leaves[n] for n in inexact])
            return out, vjp(list(map(jnp.ones_like, out)))

        return _flops_of(run, leaves)

    def _run(self, contents: list[Any]) -> list[Any]:
        module, args, kwargs = unflatten(self._core, contents)
        out = self._method(module, *args, **kwargs)
        leaves = jax.tree.leaves(out, is_leaf=ends_here)
        found = jax.tree.leaves(list(map(content_of, leaves)), is_leaf=ends_here)
        return [leaf for leaf in found if isinstance(leaf, jax.Array)]


def _flops_of(run: Callable[..., Any], inputs: Any) -> int | None:
    analysis = jax.jit(run).lower(inputs).cost_analysis()
    # Backends need not know, and a program without arithmetic has no entry.
    return None if analysis is None else int(analysis.get("flops", 0))


def _is_inexact(leaf: Any) -> bool:
    return hasattr(leaf, "dtype") and jnp.issubdtype(leaf.dtype, jnp.inexact)

"""Calls of modules while variables are made: who was called, with what, in order.

Everything is traced with shapes, so nothing is computed and no array is allocated.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from ..core import meta
from ..module import Module, intercept_methods
from ._flops import Cost

ARRAYS = (jax.Array, np.ndarray, jax.ShapeDtypeStruct)
"""What is traced; everything else reaches the module as it is."""


@dataclass(frozen=True)
class Call:
    """One call of a method.

    Attributes:
        module: whose method was called; not bound to anything any more.
        path: where the module is.
        method: the name of the method.
        inputs: shapes of the arguments, as they are shown.
        outputs: shapes of what it returned.
        cost: what finds out how much it computes; None if nobody asks.
    """

    module: Module
    path: tuple[str, ...]
    method: str
    inputs: Any
    outputs: Any
    cost: Cost | None


def watch(
    module: Module,
    rngs: Any,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    *,
    costs: bool,
    **options: Any,
) -> tuple[dict[str, Any], list[Call]]:
    """The shapes of the variables that `init` makes, and the calls on the way.

    Args:
        module: an unbound module.
        rngs: a key, or keys by name.
        args: the arguments of the call.
        kwargs: its keyword arguments.
        costs: whether calls keep what is needed to count operations.
        **options: `method` and `mutable`, for `init`.
    """
    leaves, structure = jax.tree.flatten((rngs, args, dict(kwargs)))
    traced = [n for n, leaf in enumerate(leaves) if isinstance(leaf, ARRAYS)]
    calls: list[Call] = []

    def run(arrays: list[Any]) -> Any:
        mixed = list(leaves)
        for n, array in zip(traced, arrays, strict=True):
            mixed[n] = array
        keys, given, named = jax.tree.unflatten(structure, mixed)
        calls.clear()
        with intercept_methods(_recorder(calls, costs)):
            return module.init(keys, *given, **options, **named)

    variables = jax.eval_shape(run, [leaves[n] for n in traced])
    return variables, calls


def shapes_of(tree: Any) -> Any:
    """The tree with a shape in place of each array; boxes stay around theirs."""
    return jax.tree.map(
        lambda leaf: (
            jax.ShapeDtypeStruct(leaf.shape, leaf.dtype)  # type: ignore[no-untyped-call]
            if isinstance(leaf, ARRAYS)
            else leaf
        ),
        tree,
        is_leaf=lambda leaf: leaf is None,
    )


def _recorder(calls: list[Any], costs: bool) -> Callable[..., Any]:
    def record(
        next_fun: Any, args: tuple[Any, ...], kwargs: dict[str, Any], context: Any
    ) -> Any:
        if context.method_name == "setup":
            return next_fun(*args, **kwargs)
        number = len(calls)
        calls.append(None)  # who is called on the way has a later row
        outputs = next_fun(*args, **kwargs)
        module = context.module
        cost = Cost(module, context.method_name, args, kwargs) if costs else None
        calls[number] = Call(
            module.clone(parent=None),
            module.path,
            context.method_name,
            shapes_of(meta.unbox(_shown(args, kwargs))),
            shapes_of(meta.unbox(outputs)),
            cost,
        )
        return outputs

    return record


def _shown(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Arguments as a reader expects them: one alone without a list around it."""
    if kwargs:
        return [*args, dict(kwargs)] if args else dict(kwargs)
    return args[0] if len(args) == 1 else list(args)

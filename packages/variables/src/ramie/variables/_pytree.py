"""A Variable as structure and content: for the graph core, and as a JAX pytree."""

from collections.abc import Iterable
from typing import Any

import jax

from ._described import EMPTY
from ._lost_updates import flattened, rebuilt, remembered
from ._making import make


def describe(variable: Any) -> tuple[tuple[str, Any], ...]:
    """The metadata as part of a structure: hashable and in one order."""
    metadata = variable._metadata
    return tuple(sorted(metadata.items())) if metadata else ()


def register_pytree(cls: Any) -> None:
    """Make a Variable class a JAX pytree: the value is data, the metadata static."""

    def flatten(variable: Any) -> tuple[tuple[Any], Any]:
        if remembered:
            flattened(variable)
        return (variable._raw_value,), describe(variable)

    def flatten_with_keys(variable: Any) -> tuple[tuple[Any], Any]:
        if remembered:
            flattened(variable)
        return ((VALUE_KEY, variable._raw_value),), describe(variable)

    def unflatten(metadata: Any, children: Iterable[Any]) -> Any:
        (stored,) = children
        new = make(cls, stored, dict(metadata) if metadata else EMPTY)
        rebuilt(new)
        return new

    jax.tree_util.register_pytree_with_keys(cls, flatten_with_keys, unflatten, flatten)


VALUE_KEY = jax.tree_util.GetAttrKey("value")

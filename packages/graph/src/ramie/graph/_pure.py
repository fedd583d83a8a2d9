"""A tree of plain values: what the cells hold in place of the cells."""

import warnings
from typing import Any, TypeVar

from ._flat_state import FlatState
from ._map import map
from ._registry import content_of, is_cell, is_node
from .typing import Path

T = TypeVar("T")


def as_pure(tree: T) -> T:
    """The same structure with the content of each cell in place of the cell.

    What `jax.tree` functions then see are arrays: no metadata, no sharing of cells,
    nothing that can be written. Nodes that are shared stay shared.

    Args:
        tree: a state, a module, a cell, or any container of them; anything else is
            returned as it is.

    Returns:
        New nodes of the same types. The arrays are those of the cells; the content
        of a `jax.Ref` is a copy.

    Example:
        >>> from ramie.graph import State, as_pure
        >>> as_pure({"scale": jax.new_ref(jnp.ones(2)), "name": "m"})
        {'scale': Array([1., 1.], dtype=float32), 'name': 'm'}
        >>> type(as_pure(State({"x": jnp.ones(2)}))).__name__
        'State'
    """
    return _pure(tree)  # type: ignore[no-any-return]  # nodes of the same types


def pure(tree: T) -> T:
    """Deprecated: use the function `as_pure`.

    Example:
        >>> from ramie.graph import as_pure
        >>> as_pure(3)
        3
    """
    warnings.warn(
        "pure() is deprecated; call as_pure(). It will be removed in version 0.4.",
        DeprecationWarning,
        stacklevel=2,
    )
    return as_pure(tree)


def _pure(value: Any) -> Any:
    if is_cell(value):
        return _pure(content_of(value))
    if isinstance(value, FlatState):
        # As a pytree its keys are spelled paths, and two may be spelled alike.
        leaves = [_pure(leaf) for leaf in value.leaves]
        return FlatState.from_sorted_keys_values(value.paths, leaves)
    if is_node(value):
        return map(_pure_leaf, value, graph=True, recreate_variables=False)
    return value


def _pure_leaf(_path: Path, leaf: Any) -> Any:
    return _pure(leaf)

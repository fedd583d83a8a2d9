"""Take leaves out of a graph: they leave the state and the structure both.

Everything is checked first; then each node that holds one of the leaves is filled
with the items it keeps. So it works on any mutable node, whatever registered it.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from ._filters import partition
from ._graphdef import CellDef, Child, GraphDef, Leaf, NodeDef, walk_definitions
from ._keys import sort_keys
from ._registry import Order, Static, is_cell
from ._split import leaf_values
from ._state import from_flat_state
from ._trace import hold_trace
from ._tracked import Tracked, require_own_trace
from ._view import view_of
from .errors import FilterError, PopFromImmutableError, PopRootError
from .typing import Filter, Key, Path


def pop(node: Any, *filters: Filter) -> Any:
    """Take the leaves that filters select out of a graph.

    A cell or array that is popped is removed from every place that holds it. What
    follows it in a list moves up. All or nothing: either everything selected is
    taken out, or an error is raised and the graph is as it was.

    Args:
        node: a module, or any container of cells and arrays. It is edited.
        *filters: what to take out; at least one.

    Returns:
        The state of what was taken out; for several filters a tuple of states, each
        with what no filter before it selected.

    Raises:
        FilterError: there is no filter.
        PopRootError: the root is a cell, which has nothing it could be taken out of.
        PopFromImmutableError: a leaf sits in a tuple or a foreign pytree.
        TraceLevelError: a node that would change belongs to another JAX trace.

    Example:
        >>> from ramie.graph import OfType, pop
        >>> model = {"kernel": jnp.ones(2), "steps": 3}
        >>> list(pop(model, OfType(jax.Array)))
        ['kernel']
        >>> model
        {'steps': 3}
    """
    if not filters:
        raise FilterError(
            "pop() was given no filter. Say what to take out: a type, a tag, a "
            "predicate of (path, value), or `...` for everything."
        )
    if is_cell(node):
        raise PopRootError(type(node).__name__)
    view = view_of(node)
    structure = view.graphdef
    items = zip(structure.paths, leaf_values(view), strict=True)
    groups, _ = partition(items, filters)
    gone = {structure.where[path] for group in groups for path, _ in group}
    objects = [node, *view.objects[1:]]
    with hold_trace():
        removals = [
            _removal(objects[number], path, definition, keys)
            for number, path, definition, keys in _holders(structure, gone)
        ]
        for fill, holder, kept in removals:
            fill(holder, kept)
    states = tuple(map(from_flat_state, groups))
    return states[0] if len(states) == 1 else states


def _holders(
    structure: GraphDef[Any], gone: Collection[int]
) -> list[tuple[int, Path, NodeDef, set[Key]]]:
    """Each node that holds a leaf to remove: number, path, definition, keys."""
    if not gone:
        return []
    found = []
    number = -1  # definitions are walked in the order of their numbers
    for path, entry in walk_definitions(structure):
        if not isinstance(entry, (NodeDef, CellDef)):
            continue
        number += 1
        if isinstance(entry, CellDef):
            continue
        keys = {
            key
            for key, attribute in entry.attributes
            if _leaf_of(structure, attribute) in gone
        }
        if keys:
            found.append((number, path, entry, keys))
    return found


def _leaf_of(structure: GraphDef[Any], attribute: Any) -> int | None:
    """The number of the leaf an attribute holds, be it a cell or an array."""
    match attribute:
        case Leaf(leaf=leaf):
            return leaf
        case Child(index=index):
            definition = structure.nodes[index]
            return definition.leaf if isinstance(definition, CellDef) else None
    return None


def _removal(
    holder: Any, path: Path, definition: NodeDef, keys: set[Key]
) -> tuple[Callable[[Any, Mapping[Key, Any]], None], Any, dict[Key, Any]]:
    """What takes these keys out of a node, once it is known that it may be done."""
    kind = definition.kind
    if kind.fill is None:
        raise PopFromImmutableError(
            type(holder).__name__, [(*path, key) for key in sort_keys(keys)]
        )
    if isinstance(holder, Tracked):
        require_own_trace(holder, path)
    pairs, rest = kind.flatten(holder)
    items = {
        key: value.value if type(value) is Static else value for key, value in pairs
    }
    order = rest.keys if isinstance(rest, Order) else tuple(items)
    return kind.fill, holder, {key: items[key] for key in order if key not in keys}

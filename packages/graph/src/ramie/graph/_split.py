"""Take a graph apart into structure and states, and put it together again.

Nothing here copies an array. Cells go into the state as they are, so a state is a
window on the graph; `clone` and `merge(..., copy=True)` make new cells.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from ._build import build
from ._filters import partition, partition_all
from ._flat_state import FlatState, as_flat_state
from ._graph_state import GraphState
from ._graphdef import CellDef, GraphDef
from ._registry import CellKind, is_cell
from ._state import State, from_flat_state
from ._trace import hold_trace
from ._view import FlatView, view_of
from .errors import GraphError, StateMismatchError
from .typing import Filter


def flatten(node: Any, /) -> tuple[GraphDef[Any], FlatState[Any]]:
    """Take a graph apart; shared nodes and cells appear once.

    Args:
        node: a module, a cell, or any container of them.

    Returns:
        The structure, and the leaves with their paths. A cell is its own leaf.

    Raises:
        UnknownNodeError: the value holds nothing ramie can walk.

    Example:
        >>> shared = [jnp.ones(2)]
        >>> graphdef, leaves = flatten({"x": shared, "y": shared})
        >>> leaves.paths
        (('x', 0),)
        >>> back = unflatten(graphdef, leaves)
        >>> back["x"] is back["y"]
        True
    """
    view = view_of(node)
    return view.graphdef, FlatState.from_sorted_keys_values(
        view.graphdef.paths, leaf_values(view)
    )


def unflatten(
    graphdef: GraphDef[Any],
    state: State[Any] | FlatState[Any] | Sequence[Any],
    /,
) -> Any:
    """Put a graph together from its structure and its leaves.

    Args:
        graphdef: the structure.
        state: the leaves: a state, or a list in leaf order.

    Raises:
        StateMismatchError: a leaf is missing or belongs nowhere.
    """
    if isinstance(state, (State, FlatState)):
        return merge(graphdef, state)
    if len(state) != graphdef.num_leaves:
        raise StateMismatchError(
            "unflatten()",
            missing=graphdef.paths[len(state) :],
            unexpected=[(n,) for n in range(graphdef.num_leaves, len(state))],
        )
    return _assemble(graphdef, state, copy=False)


def split(node: Any, /, *filters: Filter) -> tuple[Any, ...]:
    """Split a graph into its structure and one state for each filter.

    Args:
        node: a module, a cell, or any container of them.
        *filters: what goes into which state; without filters, all into one.

    Returns:
        `(graphdef, state, …)`.

    Raises:
        NonExhaustiveFilterError: a leaf is selected by no filter.

    Example:
        >>> graphdef, state = split({"a": jnp.ones(2), "n": 3})
        >>> list(state)
        ['a']
        >>> merge(graphdef, state)["n"]
        3
    """
    view = view_of(node)
    items = zip(view.graphdef.paths, leaf_values(view), strict=True)
    groups = partition_all(items, filters) if filters else [items]
    return view.graphdef, *map(from_flat_state, groups)


def merge(
    graphdef: GraphDef[Any] | GraphState[Any],
    /,
    *states: Any,
    copy: bool = False,
) -> Any:
    """Put a graph together from its structure and its states.

    Args:
        graphdef: the structure, from `split`; or a GraphState, which brings a
            state as well.
        *states: states that together hold each leaf. A leaf is a cell, which
            becomes part of the graph, or a content, for which a cell is made.
        copy: make new cells also for leaves that are cells.

    Returns:
        A new graph.

    Raises:
        StateMismatchError: a leaf is missing or belongs nowhere.
    """
    if isinstance(graphdef, GraphState):
        states = (graphdef._state, *states)
        graphdef = graphdef._graphdef
    if not isinstance(graphdef, GraphDef):
        raise GraphError(
            f"merge() takes the graphdef first, not a {type(graphdef).__name__}. "
            f"Call it as merge(graphdef, state), in the order split() returns."
        )
    return _assemble(graphdef, _in_order(graphdef, states), copy=copy)


def state(node: Any, /, *filters: Filter) -> Any:
    """The leaves of a graph as a state, or one state for each filter.

    Example:
        >>> state({"a": jnp.ones(2), "n": 3}).a.shape
        (2,)
    """
    view = view_of(node)
    items = zip(view.graphdef.paths, leaf_values(view), strict=True)
    if not filters:
        return from_flat_state(items)
    groups, _ = partition(items, filters)
    states = tuple(map(from_flat_state, groups))
    return states[0] if len(states) == 1 else states


def graphdef(node: Any, /) -> GraphDef[Any]:
    """The structure of a graph."""
    return view_of(node).graphdef


def clone(node: Any, /, variables: bool = True) -> Any:
    """A new graph with the same structure, sharing and contents.

    Args:
        node: a module, a cell, or any container of them.
        variables: make new cells; False keeps the cells and makes new nodes only.

    Returns:
        The copy. Arrays are immutable and therefore shared.
    """
    view = view_of(node)
    return _assemble(view.graphdef, leaf_values(view), copy=variables)


def leaf_values(view: FlatView) -> list[Any]:
    """The leaves of a view as users see them: cells themselves, arrays by value."""
    if view.kind is not None and view.leaves and is_cell(view.leaves[0]):
        return list(view.leaves)
    return [
        leaf if is_cell(leaf) else kind.read(leaf)
        for kind, leaf in zip(view.kinds, view.leaves, strict=True)
    ]


def _in_order(graphdef: GraphDef[Any], states: Iterable[Any]) -> list[Any]:
    """The leaves of several states, in the leaf order of the structure."""
    flats = list(map(as_flat_state, states))
    if len(flats) == 1 and flats[0].paths == graphdef.paths:
        return flats[0].leaves
    found = {path: leaf for flat in flats for path, leaf in flat}
    where = graphdef.where
    if found.keys() != where.keys():
        raise StateMismatchError(
            "merge()",
            missing=[path for path in graphdef.paths if path not in found],
            unexpected=[path for path in found if path not in where],
        )
    return [found[path] for path in graphdef.paths]


def _assemble(graphdef: GraphDef[Any], leaves: Sequence[Any], *, copy: bool) -> Any:
    contents = list(leaves)
    known: dict[int, Any] = {}
    with hold_trace():
        for number, definition in enumerate(graphdef.nodes):
            if not isinstance(definition, CellDef):
                continue
            leaf = leaves[definition.leaf]
            if is_cell(leaf):
                known[number] = _copied(definition.kind, leaf) if copy else leaf
        return build(graphdef, contents, known)[0]


def _copied(kind: CellKind, cell: Any) -> Any:
    return kind.create(type(cell), kind.describe(cell), kind.read(cell))

"""Take a graph apart into structure and states, and put it together again.

Nothing here copies an array. Cells go into the state as they are, so a state is a
window on the graph; `clone` and `merge(..., copy=True)` make new cells.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar, overload

from ._build import build
from ._copy_arrays import copy_arrays
from ._filters import partition, partition_all
from ._flat_state import as_flat_state
from ._graph_state import GraphState
from ._graphdef import GraphDef
from ._index import index_of
from ._modes import view_in_mode
from ._registry import cell_kind, is_cell
from ._state import State, from_flat_state
from ._trace import hold_trace
from ._view import FlatView
from .errors import GraphError, StateMismatchError
from .typing import Filter, Missing

A = TypeVar("A")


@overload
def split(
    node: A, /, *, graph: bool | None = None
) -> tuple[GraphDef[A], State[Any]]: ...
@overload
def split(
    node: A, only: Filter, /, *, graph: bool | None = None
) -> tuple[GraphDef[A], State[Any]]: ...
@overload
def split(
    node: A, first: Filter, second: Filter, /, *, graph: bool | None = None
) -> tuple[GraphDef[A], State[Any], State[Any]]: ...
@overload
def split(
    node: Any, /, *filters: Filter, graph: bool | None = None
) -> tuple[Any, ...]: ...
def split(node: Any, *filters: Filter, graph: bool | None = None) -> tuple[Any, ...]:
    """Split a graph into its structure and one state for each filter.

    Args:
        node: a module, a cell, or any container of them.
        *filters: what goes into which state; without filters, all into one.
        graph: graph mode or tree mode; None asks `set_graph_mode`.

    Returns:
        `(graphdef, state, …)`.

    Raises:
        NonExhaustiveFilterError: a leaf is selected by no filter.
        SharedInTreeError: in tree mode, two paths lead to one cell.

    Example:
        >>> graphdef, state = split({"a": jnp.ones(2), "n": 3})
        >>> list(state)
        ['a']
        >>> merge(graphdef, state)["n"]
        3
    """
    view = view_in_mode(node, graph, "split()")
    leaves = leaf_values(view)
    if not filters:
        return view.graphdef, index_of(view.graphdef).nest(leaves)
    groups = partition_all(zip(view.graphdef.paths, leaves, strict=True), filters)
    return view.graphdef, *map(from_flat_state, groups)


def merge(
    graphdef: GraphDef[A] | GraphState[A],
    /,
    *states: Any,
    copy: bool = False,
    recreate_variables: bool = True,
) -> A:
    """Put a graph together from its structure and its states.

    Args:
        graphdef: the structure, from `split`; or a GraphState, which brings a
            state as well.
        *states: states that together hold each leaf. A leaf is a cell, which
            becomes part of the graph, or a content, for which a cell is made.
        copy: make new cells also for leaves that are cells.
        recreate_variables: make a cell of a content; with False, the content
            itself takes the place of the cell.

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
    leaves = in_order(graphdef, states, "merge()")
    new = assemble(graphdef, leaves, {}, copy=copy, recreate=recreate_variables)
    root: A = new[0]
    return root


def state(node: Any, *filters: Filter, graph: bool | None = None) -> Any:
    """The leaves of a graph as a state, or one state for each filter.

    Args:
        node: a module, a cell, or any container of them.
        *filters: what goes into which state; without filters, all into one.
        graph: graph mode or tree mode; None asks `set_graph_mode`.

    Raises:
        SharedInTreeError: in tree mode, two paths lead to one cell.

    Example:
        >>> state({"a": jnp.ones(2), "n": 3}).a.shape
        (2,)
    """
    view = view_in_mode(node, graph, "state()")
    leaves = leaf_values(view)
    if not filters:
        return index_of(view.graphdef).nest(leaves)
    groups, _ = partition(zip(view.graphdef.paths, leaves, strict=True), filters)
    states = tuple(map(from_flat_state, groups))
    return states[0] if len(states) == 1 else states


def graphdef(node: A, /, *, graph: bool | None = None) -> GraphDef[A]:
    """The structure of a graph.

    Args:
        node: a module, a cell, or any container of them.
        graph: graph mode or tree mode; None asks `set_graph_mode`.

    Raises:
        SharedInTreeError: in tree mode, two paths lead to one cell.
    """
    structure: GraphDef[A] = view_in_mode(node, graph, "graphdef()").graphdef
    return structure


def clone(
    node: A,
    variables: bool = True,
    *,
    arrays: bool = True,
    graph: bool | None = None,
) -> A:
    """A new graph with the same structure, sharing and contents.

    Args:
        node: a module, a cell, or any container of them.
        variables: make new cells; False keeps the cells and makes new nodes only.
        arrays: copy the arrays too, so that donating those of one graph leaves the
            other whole; False shares them, which is faster and takes no memory.
        graph: graph mode or tree mode; None asks `set_graph_mode`.

    Raises:
        SharedInTreeError: in tree mode, two paths lead to one cell.

    Example:
        >>> a = {"w": jnp.ones(2)}
        >>> b = clone(a)
        >>> b["w"].tolist(), b["w"] is a["w"], clone(a, arrays=False)["w"] is a["w"]
        ([1.0, 1.0], False, True)
    """
    view = view_in_mode(node, graph, "clone()")
    structure = view.graphdef
    if not variables:
        leaves = leaf_values(view)
        if arrays:
            slots = [n for n, leaf in enumerate(leaves) if not is_cell(leaf)]
            copies = copy_arrays([leaves[n] for n in slots])
            for n, array in zip(slots, copies, strict=True):
                leaves[n] = array
        new = assemble(structure, leaves, {})
    else:
        contents = view.read()
        new = build(structure, copy_arrays(contents) if arrays else contents)
    root: A = new[0]
    return root


def leaf_values(view: FlatView) -> list[Any]:
    """The leaves of a view as users see them: cells themselves, arrays by value."""
    if view.kind is not None and view.leaves and is_cell(view.leaves[0]):
        return list(view.leaves)
    return [
        leaf if is_cell(leaf) else kind.read(leaf)
        for kind, leaf in zip(view.kinds, view.leaves, strict=True)
    ]


def in_order(graphdef: GraphDef[Any], states: Iterable[Any], action: str) -> list[Any]:
    """The leaves of several states, in the leaf order of the structure.

    Raises:
        StateMismatchError: a leaf is missing or belongs nowhere.
    """
    parts = list(states)
    if (leaves := _by_index(graphdef, parts)) is not None:
        return leaves
    flats = list(map(as_flat_state, parts))
    if len(flats) == 1 and flats[0].paths == graphdef.paths:
        return flats[0].leaves
    found = {path: leaf for flat in flats for path, leaf in flat}
    where = graphdef.where
    if found.keys() != where.keys():
        raise StateMismatchError(
            action,
            missing=[path for path in graphdef.paths if path not in found],
            unexpected=[path for path in found if path not in where],
        )
    return [found[path] for path in graphdef.paths]


def _by_index(graphdef: GraphDef[Any], states: list[Any]) -> list[Any] | None:
    """The same, where every path is one of the structure's; None elsewhere."""
    index = index_of(graphdef)
    leaves: list[Any] = [Missing] * graphdef.num_leaves
    for part in states:
        found = index.find(part)
        if found is None:
            return None
        for number, leaf in found:
            leaves[number] = leaf
    return None if any(leaf is Missing for leaf in leaves) else leaves


def assemble(
    graphdef: GraphDef[Any],
    leaves: Sequence[Any],
    known: dict[int, Any],
    *,
    copy: bool = False,
    recreate: bool = True,
) -> list[Any]:
    """Every object of a graph, by number, from leaves that may be cells.

    Args:
        graphdef: the structure.
        leaves: in leaf order; a cell becomes part of the graph.
        known: objects that exist already, by number; leaves of other cells are
            added to it.
        copy: make new cells also for leaves that are cells.
        recreate: make a cell of a content that stands for one.
    """
    contents = list(leaves)
    with hold_trace():
        for (number, key), leaf in zip(graphdef.owners, leaves, strict=True):
            if key is not None or number in known:
                continue
            if is_cell(leaf):
                known[number] = _copied(leaf) if copy else leaf
            elif not recreate:
                known[number] = leaf
        return build(graphdef, contents, known)


def _copied(cell: Any) -> Any:
    kind = cell_kind(cell)
    return kind.create(type(cell), kind.describe(cell), kind.read(cell))

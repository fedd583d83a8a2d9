"""Take a graph apart into structure and leaves, and put it together again.

The plainest form: one list of leaves. With numbers of objects given, several graphs
can refer to each other; `_contexts.py` does that for users.
"""

from collections.abc import Sequence
from typing import Any

from ._flat_state import FlatState
from ._graphdef import GraphDef
from ._modes import view_in_mode
from ._ref_map import IndexMap, RefMap
from ._references import (
    add_objects,
    already_there,
    flatten_onto,
    referred_to,
    write_back,
)
from ._registry import content_of
from ._split import assemble, in_order, leaf_values
from ._state import State
from .errors import StateMismatchError


def flatten(
    node: Any,
    /,
    *,
    with_paths: bool = True,
    ref_index: RefMap | None = None,
    ref_outer_index: RefMap | None = None,
    graph: bool | None = None,
) -> tuple[GraphDef[Any], Any]:
    """Take a graph apart; shared nodes and cells appear once.

    Args:
        node: a module, a cell, or any container of them.
        with_paths: give the leaves with their paths; with False, give the contents
            alone, as a list.
        ref_index: numbers of objects that other graphs hold, which this one refers
            to; new objects are numbered and added. See `split_context`.
        ref_outer_index: objects that came in from outside of an `update_context`,
            with their numbers there, for the structure to remember.
        graph: graph mode or tree mode; None asks `set_graph_mode`.

    Returns:
        The structure, and the leaves with their paths. A cell is its own leaf.

    Raises:
        UnknownNodeError: the value holds nothing ramie can walk.
        SharedInTreeError: in tree mode, two paths lead to one cell.

    Example:
        >>> shared = [jnp.ones(2)]
        >>> graphdef, leaves = flatten({"x": shared, "y": shared})
        >>> leaves.paths
        (('x', 0),)
        >>> back = unflatten(graphdef, leaves)
        >>> back["x"] is back["y"]
        True
    """
    if ref_index is None and ref_outer_index is None:
        view = view_in_mode(node, graph, "flatten()")
        graphdef, leaves = view.graphdef, leaf_values(view)
    else:
        numbers = RefMap() if ref_index is None else ref_index
        graphdef, leaves = flatten_onto(node, numbers, ref_outer_index)
    if not with_paths:
        return graphdef, list(map(content_of, leaves))
    return graphdef, FlatState.from_sorted_keys_values(graphdef.paths, leaves)


def unflatten(
    graphdef: GraphDef[Any],
    state: State[Any] | FlatState[Any] | Sequence[Any],
    /,
    *,
    index_ref: IndexMap | None = None,
    outer_index_outer_ref: IndexMap | None = None,
    copy_variables: bool = False,
    recreate_variables: bool = True,
) -> Any:
    """Put a graph together from its structure and its leaves.

    Args:
        graphdef: the structure.
        state: the leaves: a state, or a list in leaf order.
        index_ref: objects that the structure refers to, by number; new objects are
            added. See `merge_context`.
        outer_index_outer_ref: objects outside of an `update_context`, by number.
            Those that the structure was made of are edited, not made anew.
        copy_variables: make new cells also for leaves that are cells.
        recreate_variables: make a cell of a content; with False, the content
            itself takes the place of the cell.

    Raises:
        StateMismatchError: a leaf is missing or belongs nowhere.
        ForeignReferenceError: the structure refers to an object that `index_ref`
            does not have.
        TraceLevelError: an object to edit belongs to another JAX trace.
    """
    if isinstance(state, (State, FlatState)):
        leaves = in_order(graphdef, [state], "unflatten()")
    elif len(state) == graphdef.num_leaves:
        leaves = list(state)
    else:
        raise StateMismatchError(
            "unflatten()",
            missing=graphdef.paths[len(state) :],
            unexpected=[(n,) for n in range(graphdef.num_leaves, len(state))],
        )
    known = {} if index_ref is None else referred_to(graphdef, index_ref)
    there = already_there(graphdef, outer_index_outer_ref or {})
    objects = assemble(
        graphdef,
        leaves,
        {**known, **there},
        copy=copy_variables,
        recreate=recreate_variables,
    )
    write_back(graphdef, there, objects, leaves)
    if index_ref is not None:
        add_objects(graphdef, objects, index_ref)
    return objects[0]

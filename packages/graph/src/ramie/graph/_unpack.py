"""Take a graph apart into mappings that each know their structure."""

from typing import Any

from ._graph_state import GraphState
from ._split import split
from .typing import Filter


def unpack(node: Any, *filters: Filter, graph: bool | None = None) -> Any:
    """Structure and state of a graph as one mapping, or one for each filter.

    Args:
        node: a module, or any container of cells and arrays.
        *filters: what goes into which mapping; without filters, all into one.
        graph: graph mode or tree mode; None asks `set_graph_mode`.

    Returns:
        A GraphState; for several filters a tuple of them, each with the structure
        of the whole graph. `merge` takes one or, as further states, all of them.

    Raises:
        NonExhaustiveFilterError: a leaf is selected by no filter.
        LoneLeafError: the graph is one cell.
        SharedInTreeError: in tree mode, two paths lead to one cell.

    Example:
        >>> from ramie.graph import merge, unpack
        >>> kernel, rest = unpack({"kernel": jnp.ones(2), "n": jnp.ones(1)},
        ...     lambda path, leaf: "kernel" in path, ...)
        >>> list(kernel), list(rest)
        (['kernel'], ['n'])
        >>> merge(kernel, rest)["n"].tolist()
        [1.0]
    """
    graphdef, *states = split(node, *filters, graph=graph)
    parts = tuple(GraphState(graphdef, state) for state in states)
    return parts[0] if len(parts) == 1 else parts

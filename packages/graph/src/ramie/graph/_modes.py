"""Graph mode and tree mode.

In graph mode objects have identity: sharing and cycles are part of the structure.
In tree mode a graph must be a tree, as JAX pytrees are, and a cell that two paths
lead to is refused. Both modes have one walk; tree mode looks at its result.
"""

from typing import Any

from ._graphdef import GraphDef
from ._settings import Setting
from ._sharing import find_shared
from ._view import FlatView, view_of
from .errors import SharedInTreeError


class set_graph_mode(Setting, default=True):  # noqa: N801 (used like a function)
    """Whether operations and transforms run in graph mode, where not told otherwise.

    Example:
        >>> from ramie.graph import set_graph_mode, state
        >>> shared = [jnp.ones(2)]
        >>> with set_graph_mode(False):
        ...     set_graph_mode.current_value()
        False
        >>> set_graph_mode.current_value()
        True
    """

    __slots__ = ()


class set_graph_updates(Setting, default=True):  # noqa: N801 (used like a function)
    """Whether structural edits made inside transforms reach the caller's objects.

    Example:
        >>> from ramie.graph import set_graph_updates
        >>> set_graph_updates.current_value()
        True
    """

    __slots__ = ()


def is_graph_mode(graph: bool | None) -> bool:
    """What an argument `graph=` means: None asks the setting."""
    return bool(set_graph_mode.current_value()) if graph is None else graph


def is_graph_updates(graph_updates: bool | None) -> bool:
    """What an argument `graph_updates=` means: None asks the setting."""
    if graph_updates is None:
        return bool(set_graph_updates.current_value())
    return graph_updates


def view_in_mode(node: Any, graph: bool | None, action: str) -> FlatView:
    """The flat view of a root, which tree mode wants to be a tree.

    Args:
        node: the root.
        graph: the mode, or None for the one that is set.
        action: what was asked for, as the error will call it.

    Raises:
        SharedInTreeError: in tree mode, two paths lead to one cell.
    """
    view = view_of(node)
    if not is_graph_mode(graph):
        require_tree(view.graphdef, action)
    return view


def require_tree(graphdef: GraphDef[Any], action: str) -> None:
    """Raise SharedInTreeError if two paths of a structure lead to one cell."""
    shared = find_shared(graphdef)
    if shared is not None:
        raise SharedInTreeError(action, *shared)

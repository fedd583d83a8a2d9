"""variables: the Variables of a graph by their paths."""

from typing import Any

from ramie.graph import Filter, state


def variables(node: Any, *filters: Filter, graph: bool | None = None) -> Any:
    """The leaves of a graph as a state; another name of `ramie.graph.state`.

    Args:
        node: a module, a Variable, or any container of them.
        *filters: what goes into which state; without filters, all into one.
        graph: graph mode or tree mode; None asks `set_graph_mode`.

    Example:
        >>> from ramie.variables import BatchStat, Param, variables
        >>> node = {"a": Param(jnp.ones(2)), "b": BatchStat(jnp.zeros(1))}
        >>> list(variables(node, Param))
        ['a']
    """
    return state(node, *filters, graph=graph)

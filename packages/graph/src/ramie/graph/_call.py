"""Call methods of a graph that is kept as structure and state.

`graphdef.apply(state).layers[0].encode(x)` notes what is asked for; the call at the
end puts the graph together, runs, and takes it apart again.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from ._graphdef import GraphDef, Node
from ._split import merge, split
from ._state import State

PureState: TypeAlias = tuple[GraphDef[Node], State[Any]]
"""A graph kept as structure and state, as `split` returns it."""


class Caller:
    """Stands for a graph, or a part of it, until it is called.

    Attributes and items stand for those of the graph. A call returns
    `(result, (graphdef, state))`, where structure and state are what the call made
    of them. As with `merge`, cells in the state become part of the graph, so a call
    that writes to them is seen in the state it was given.

    Example:
        >>> from ramie.graph import split
        >>> graphdef, state = split({"sizes": [1, 2], "x": jnp.ones(2)})
        >>> result, _ = graphdef.apply(state)["sizes"].index(2)
        >>> result
        1
    """

    __slots__ = ("_graph", "_graphdef", "_states", "_steps")

    def __init__(
        self,
        graphdef: GraphDef[Any],
        states: tuple[Any, ...],
        steps: tuple[Callable[[Any], Any], ...] = (),
        *,
        graph: bool | None = None,
    ) -> None:
        """Stand for what the steps lead to, starting at the merged root."""
        self._graphdef, self._states, self._steps = graphdef, states, steps
        self._graph = graph

    def __getattr__(self, name: str) -> "Caller":
        """Stand for an attribute."""
        # Python and its libraries look for special names on anything.
        if name.startswith("__"):
            raise AttributeError(name)
        return self._then(lambda value: getattr(value, name))

    def __getitem__(self, key: Any) -> "Caller":
        """Stand for an item."""
        return self._then(lambda value: value[key])

    def __call__(self, *args: Any, **kwargs: Any) -> tuple[Any, tuple[Any, Any]]:
        """Call what this stands for; return (result, (graphdef, state))."""
        root = target = merge(self._graphdef, *self._states)
        for step in self._steps:
            target = step(target)
        result = target(*args, **kwargs)
        graphdef, state = split(root, graph=self._graph)
        return result, (graphdef, state)

    def __repr__(self) -> str:
        """Name the type of the root."""
        return f"Caller({self._graphdef.nodes[0].type.__name__})"

    def _then(self, step: Callable[[Any], Any]) -> "Caller":
        steps = (*self._steps, step)
        return Caller(self._graphdef, self._states, steps, graph=self._graph)


def call(graphdef_state: tuple[GraphDef[Any], Any], /) -> Caller:
    """Call a graph, or a method of it, that is kept as structure and state.

    Args:
        graphdef_state: the pair that `split` returns, or that the last call did.

    Returns:
        What stands for the graph: call it, or an attribute or item of it, to get
        `(result, (graphdef, state))`.

    Raises:
        StateMismatchError: (when it is called) the state does not fit.

    Example:
        >>> from ramie.graph import call, split
        >>> pair = split([jnp.ones(2)])
        >>> _, (graphdef, state) = call(pair).append(jnp.zeros(1))
        >>> state.flat_state().paths
        ((0,), (1,))
    """
    graphdef, state = graphdef_state
    return Caller(graphdef, (state,))

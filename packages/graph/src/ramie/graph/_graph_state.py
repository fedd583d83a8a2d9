"""GraphState: structure and state as one mapping, and as one JAX pytree."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any, Generic, TypeVar

from jax.tree_util import DictKey, register_pytree_with_keys

from ._graphdef import GraphDef
from ._keys import sort_keys
from ._repr._mixin import Shown
from ._state import State
from .errors import LoneLeafError
from .typing import Key

A = TypeVar("A")


class GraphState(Shown, MutableMapping[Key, Any], Generic[A]):
    """A graph taken apart: a state that knows the structure it belongs to.

    As a mapping, and by attribute, it is the state. As a JAX pytree its leaves are
    those of the state, and the structure is part of the tree structure.
    `merge(graph_state)` puts the graph together.

    Example:
        >>> from ramie.graph import merge, unpack
        >>> whole = unpack({"a": jnp.ones(2), "n": 3})
        >>> list(whole), whole.a.shape
        (['a'], (2,))
        >>> merge(jax.tree.map(lambda x: x * 2, whole))["a"].tolist()
        [2.0, 2.0]
    """

    __slots__ = ("_graphdef", "_state")

    _graphdef: GraphDef[A]
    _state: State[Any]

    def __init__(self, _graphdef: GraphDef[A], _state: State[Any]) -> None:
        """Keep a structure and a state of it, which may be a part of the whole.

        Raises:
            LoneLeafError: the state is a lone cell, so it has no keys.
        """
        if not isinstance(_state, State):
            raise LoneLeafError(type(_state).__name__)
        object.__setattr__(self, "_graphdef", _graphdef)
        object.__setattr__(self, "_state", _state)

    def __getitem__(self, key: Key) -> Any:
        """The leaf or State under a key."""
        return self._state[key]

    def __setitem__(self, key: Key, value: Any) -> None:
        """Put a leaf, or a nested mapping, under a key."""
        self._state[key] = value

    def __delitem__(self, key: Key) -> None:
        """Remove what is under a key."""
        del self._state[key]

    def __iter__(self) -> Iterator[Key]:
        """The keys of the state."""
        return iter(self._state)

    def __len__(self) -> int:
        """The number of keys of the state."""
        return len(self._state)

    def __getattr__(self, name: str) -> Any:
        """`x.name` for `x["name"]`."""
        if name in GraphState.__slots__:  # asked for before it is set, by a copy
            raise AttributeError(name)
        return State.__getattr__(self._state, name)

    def __setattr__(self, name: str, value: Any) -> None:
        """`x.name = value` for `x["name"] = value`."""
        self[name] = value

    def __delattr__(self, name: str) -> None:
        """`del x.name` for `del x["name"]`."""
        del self[name]

    def __eq__(self, other: object) -> bool:
        """Equal structures and equal states."""
        if not isinstance(other, GraphState):
            return NotImplemented
        return self._graphdef == other._graphdef and self._state == other._state

    __hash__ = None  # type: ignore[assignment]  # mutable, like every mapping

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle both parts."""
        return type(self), (self._graphdef, self._state)


def _flatten(whole: GraphState[Any]) -> tuple[list[Any], Any]:
    keys = tuple(sort_keys(whole))
    return [whole[key] for key in keys], (whole._graphdef, keys)


def _flatten_with_keys(whole: GraphState[Any]) -> tuple[Any, Any]:
    leaves, structure = _flatten(whole)
    _, keys = structure
    return list(zip(map(DictKey, keys), leaves, strict=True)), structure


def _unflatten(structure: Any, leaves: Any) -> GraphState[Any]:
    graphdef, keys = structure
    mapping = dict(zip(keys, leaves, strict=True))
    return GraphState(graphdef, State(mapping, _copy=False))


register_pytree_with_keys(GraphState, _flatten_with_keys, _unflatten, _flatten)

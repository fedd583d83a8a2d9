"""State: the Variables of a module by name, as the early API shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from jax.tree_util import DictKey, register_pytree_with_keys

from ramie import graph
from ramie.graph import Filter
from ramie.graph.extend import sort_keys
from ramie.graph.typing import Key, Path


class State(graph.State[Any]):
    """Variables by name, nested as the modules are; what `split` returns.

    Example:
        >>> from ramie.experimental import nnx
        >>> print(nnx.State({"scale": nnx.Param(jnp.ones(2))}))
        State({
          'scale': Param(
            raw_value=Array([1., 1.], dtype=float32)
          )
        })
    """

    __slots__ = ()

    def map(self, f: Callable[[Path, Any], Any]) -> State:
        """Apply `f(path, leaf)` to every leaf."""
        return as_early(super().map(f))

    def filter(self, first: Filter, /, *filters: Filter) -> Any:
        """The leaves that each filter selects; what none selects is left out."""
        return _each(super().filter(first, *filters))

    def split(self, first: Filter, /, *filters: Filter) -> Any:
        """Like `filter`, but every leaf must be selected."""
        return _each(super().split(first, *filters))

    def __or__(self, other: graph.State[Any]) -> State:
        """Both states' leaves; the right one wins."""
        return as_early(super().__or__(other))

    def __sub__(self, other: graph.State[Any]) -> State:
        """The leaves at paths that the other state has not."""
        return as_early(super().__sub__(other))

    def __repr__(self) -> str:
        """Name and raw value of each Variable, one a line."""
        from ._text import show_state

        return show_state(self)


def as_early(state: graph.State[Any]) -> State:
    """A state of `ramie.graph` as one of these, with the same leaves."""
    if isinstance(state, State):
        return state
    return State(
        {
            key: as_early(value) if isinstance(value, graph.State) else value
            for key, value in state.items()
        }
    )


def _each(found: Any) -> Any:
    return tuple(map(as_early, found)) if isinstance(found, tuple) else as_early(found)


def _flatten(state: State) -> tuple[tuple[Any, ...], tuple[Key, ...]]:
    keys = tuple(sort_keys(state))
    return tuple(state[key] for key in keys), keys


def _flatten_with_keys(
    state: State,
) -> tuple[tuple[tuple[Any, Any], ...], tuple[Key, ...]]:
    values, keys = _flatten(state)
    return tuple(zip(map(DictKey, keys), values, strict=True)), keys


def _unflatten(keys: tuple[Key, ...], values: Iterable[Any]) -> State:
    return State(dict(zip(keys, values, strict=True)), _copy=False)


register_pytree_with_keys(State, _flatten_with_keys, _unflatten, _flatten)

"""Functions on states, for those who prefer them to methods."""

from collections.abc import Callable, Mapping
from typing import Any

from ._state import State
from .typing import Filter, Path


def split_state(
    state: State[Any], first: Filter, /, *filters: Filter
) -> State[Any] | tuple[State[Any], ...]:
    """Split a state by filters; every leaf must be selected by one.

    Raises:
        NonExhaustiveFilterError: leaves are left over.

    Example:
        >>> ints, rest = split_state(State({"a": 1, "b": 2.0}), int, ...)
        >>> dict(ints), dict(rest)
        ({'a': 1}, {'b': 2.0})
    """
    return state.split(first, *filters)


def filter_state(
    state: State[Any], first: Filter, /, *filters: Filter
) -> State[Any] | tuple[State[Any], ...]:
    """The part of a state that each filter selects."""
    return state.filter(first, *filters)


def merge_state(
    state: Mapping[Any, Any],
    /,
    *states: Mapping[Any, Any],
    cls: type[State[Any]] = State,
) -> State[Any]:
    """One state with the leaves of all; later ones win."""
    return cls.merge(state, *states)


def map_state(f: Callable[[Path, Any], Any], state: State[Any]) -> State[Any]:
    """Apply `f(path, leaf)` to every leaf of a state."""
    return state.map(f)


def diff(state: State[Any], other: State[Any]) -> State[Any]:
    """The leaves of a state at paths that another state has not: `state - other`.

    Values are not compared.

    Example:
        >>> from ramie.graph import State
        >>> from ramie.graph.statelib import diff
        >>> dict(diff(State({"x": 1, "y": 2}), State({"x": 5})))
        {'y': 2}
    """
    return state - other

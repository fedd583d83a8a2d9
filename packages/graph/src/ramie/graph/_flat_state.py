"""FlatState: the leaves of a graph with their paths, in path order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, overload

from jax.tree_util import GetAttrKey, register_pytree_with_keys

from ._filters import partition, partition_all
from ._keys import path_order
from ._repr._mixin import Shown
from ._state import State, from_flat_state
from .typing import Filter, Path

V = TypeVar("V")


class FlatState(Shown, Sequence[tuple[Path, V]], Generic[V]):
    """A sequence of (path, leaf). A JAX pytree; its paths are its structure.

    Example:
        >>> flat = FlatState([(("b",), 2.0), (("a",), 1.0)], sort=True)
        >>> flat.paths, flat.leaves
        ((('a',), ('b',)), [1.0, 2.0])
    """

    __slots__ = ("_leaves", "_paths")

    def __init__(self, items: Iterable[tuple[Path, V]], /, *, sort: bool) -> None:
        """Take (path, leaf) pairs; sort them unless they are in path order."""
        pairs = list(items)
        if sort:
            pairs.sort(key=lambda pair: path_order(pair[0]))
        self._paths = tuple(path for path, _ in pairs)
        self._leaves = [leaf for _, leaf in pairs]

    @staticmethod
    def from_sorted_keys_values(
        keys: tuple[Path, ...], values: list[Any], /
    ) -> FlatState[Any]:
        """Take paths that are in order already, and their leaves, uncopied."""
        flat: FlatState[Any] = FlatState.__new__(FlatState)
        flat._paths, flat._leaves = keys, values
        return flat

    @property
    def paths(self) -> tuple[Path, ...]:
        """The paths, in order."""
        return self._paths

    @property
    def leaves(self) -> list[V]:
        """The leaves, in path order."""
        return self._leaves

    @overload
    def __getitem__(self, index: int) -> tuple[Path, V]: ...
    @overload
    def __getitem__(self, index: slice) -> FlatState[V]: ...
    def __getitem__(self, index: int | slice) -> tuple[Path, V] | FlatState[V]:
        """One pair, or a FlatState of several."""
        if isinstance(index, slice):
            return FlatState.from_sorted_keys_values(
                self._paths[index], self._leaves[index]
            )
        return self._paths[index], self._leaves[index]

    def __len__(self) -> int:
        """The number of leaves."""
        return len(self._paths)

    def __iter__(self) -> Iterator[tuple[Path, V]]:
        """The pairs, in path order."""
        return iter(zip(self._paths, self._leaves, strict=True))

    def to_nested_state(self) -> State[V]:
        """The same leaves as a nested State."""
        return from_flat_state(self)

    def filter(
        self, first: Filter, /, *filters: Filter
    ) -> FlatState[V] | tuple[FlatState[V], ...]:
        """The leaves that each filter selects; what none selects is left out."""
        return _one_or_all(partition(self, (first, *filters))[0])

    def split(
        self, first: Filter, /, *filters: Filter
    ) -> FlatState[V] | tuple[FlatState[V], ...]:
        """Like `filter`, but every leaf must be selected.

        Raises:
            NonExhaustiveFilterError: leaves are left over.
        """
        return _one_or_all(partition_all(self, (first, *filters)))

    @staticmethod
    def merge(
        flat_state: Iterable[tuple[Path, V]],
        /,
        *flat_states: Iterable[tuple[Path, V]],
    ) -> FlatState[V]:
        """One flat state with the leaves of all; later ones win."""
        merged = {
            path: leaf for part in (flat_state, *flat_states) for path, leaf in part
        }
        return FlatState(merged.items(), sort=True)


def to_flat_state(state: State[V]) -> FlatState[V]:
    """The leaves of a state with their paths, in path order."""
    return state.flat_state()


def as_flat_state(state: Any) -> FlatState[Any]:
    """The leaves of whatever can stand for a state.

    That is a State, a FlatState, a nested mapping, or a lone leaf: the state of a
    graph that is one cell or array.
    """
    if isinstance(state, FlatState):
        return state
    if isinstance(state, Mapping):
        nested: State[Any] = state if isinstance(state, State) else State(state)
        return nested.flat_state()
    return FlatState.from_sorted_keys_values(((),), [state])


def _one_or_all(
    groups: list[list[tuple[Path, V]]],
) -> FlatState[V] | tuple[FlatState[V], ...]:
    flats = tuple(FlatState(group, sort=False) for group in groups)
    return flats[0] if len(flats) == 1 else flats


def _flatten(flat: FlatState[Any]) -> tuple[list[Any], tuple[Path, ...]]:
    return flat.leaves, flat.paths


def _flatten_with_keys(
    flat: FlatState[Any],
) -> tuple[list[tuple[Any, Any]], tuple[Path, ...]]:
    keys = [GetAttrKey("/".join(map(str, path))) for path in flat.paths]
    return list(zip(keys, flat.leaves, strict=True)), flat.paths


def _unflatten(paths: tuple[Path, ...], leaves: Iterable[Any]) -> FlatState[Any]:
    return FlatState.from_sorted_keys_values(paths, list(leaves))


register_pytree_with_keys(FlatState, _flatten_with_keys, _unflatten, _flatten)

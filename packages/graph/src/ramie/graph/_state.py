"""State: the leaves of a graph, nested by key.

A mapping whose values are leaves or further States; a JAX pytree with a key path
for each leaf. Leaves of `ramie.graph.state` are the cells themselves, so a State is
a window on the graph; JAX transformations of it yield new cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from jax.tree_util import DictKey, register_pytree_with_keys

from ._filters import partition, partition_all
from ._keys import sort_keys
from ._nesting import Nesting, lone_leaf
from ._repr._mixin import Shown
from .typing import Filter, Key, Path

if TYPE_CHECKING:
    from ._flat_state import FlatState

V = TypeVar("V")


class State(Shown, MutableMapping[Key, Any], Generic[V]):
    """Leaves of a graph by key; nested as the graph is.

    Keys are str (attributes) or int (positions). `state.linear` is the same as
    `state["linear"]`.

    Example:
        >>> state = State({"linear": {"kernel": 1.0, "bias": 2.0}, "scale": 3.0})
        >>> state.linear["bias"]
        2.0
        >>> [path for path, leaf in state.flat_state()]
        [('linear', 'bias'), ('linear', 'kernel'), ('scale',)]
    """

    __slots__ = ("_mapping",)

    _mapping: dict[Key, Any]

    def __init__(
        self,
        mapping: Mapping[Any, Any] | Iterable[tuple[Any, Any]] = (),
        /,
        *,
        _copy: bool = True,
    ) -> None:
        """Take a nested mapping; nested mappings become States."""
        items = dict(mapping) if _copy or not isinstance(mapping, dict) else mapping
        if _copy:
            for key, value in items.items():
                if isinstance(value, Mapping) and not isinstance(value, State):
                    items[key] = type(self)(value)
        object.__setattr__(self, "_mapping", items)

    # ── mapping

    def __getitem__(self, key: Key) -> Any:
        """The leaf or State under a key."""
        return self._mapping[key]

    def __setitem__(self, key: Key, value: Any) -> None:
        """Put a leaf, or a nested mapping, under a key."""
        nested = isinstance(value, Mapping) and not isinstance(value, State)
        self._mapping[key] = type(self)(value) if nested else value

    def __delitem__(self, key: Key) -> None:
        """Remove what is under a key."""
        del self._mapping[key]

    def __iter__(self) -> Iterator[Key]:
        """The keys."""
        return iter(self._mapping)

    def __len__(self) -> int:
        """The number of keys."""
        return len(self._mapping)

    def __contains__(self, key: object) -> bool:
        """Whether there is something under a key."""
        return key in self._mapping

    def __getattr__(self, name: str) -> Any:
        """`state.name` for `state["name"]`."""
        if name.startswith("__") or name not in self._mapping:
            raise AttributeError(
                f"This State has no {name!r}. It has: "
                f"{', '.join(map(str, self._mapping)) or 'nothing'}."
            )
        return self._mapping[name]

    def __setattr__(self, name: str, value: Any) -> None:
        """`state.name = value` for `state["name"] = value`."""
        self[name] = value

    def __delattr__(self, name: str) -> None:
        """`del state.name` for `del state["name"]`."""
        del self[name]

    def __or__(self, other: State[V]) -> State[V]:
        """Both states' leaves; the right one wins."""
        return State.merge(self, other) if other else self

    def __sub__(self, other: State[V]) -> State[V]:
        """The leaves at paths that the other state has not."""
        taken = set(other.flat_state().paths)
        return from_flat_state(
            item for item in self.flat_state() if item[0] not in taken
        )

    def __eq__(self, other: object) -> bool:
        """Equal keys with equal leaves."""
        if not isinstance(other, State):
            return NotImplemented
        return self._mapping == other._mapping

    __hash__ = None  # type: ignore[assignment]  # mutable, like every mapping

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the mapping."""
        return type(self), (self._mapping,)

    def __copy__(self) -> State[V]:
        """A state with the same leaves and its own nesting."""
        return type(self)(
            {
                key: value.__copy__() if isinstance(value, State) else value
                for key, value in self._mapping.items()
            }
        )

    # ── conversions and selections

    @property
    def raw_mapping(self) -> Mapping[Key, Any]:
        """The mapping itself, as it is stored."""
        return self._mapping

    def flat_state(self) -> FlatState[V]:
        """The leaves with their paths, in path order."""
        from ._flat_state import FlatState

        paths: list[Path] = []
        leaves: list[Any] = []
        keys: list[Key] = []
        stack = [_sorted_items(self, keys)]
        while stack:
            prefix = tuple(keys)
            for key, value in stack[-1]:
                if isinstance(value, State):
                    keys.append(key)
                    stack.append(_sorted_items(value, keys))
                    break
                paths.append((*prefix, key))
                leaves.append(value)
            else:
                stack.pop()
                del keys[-1:]
        return FlatState.from_sorted_keys_values(tuple(paths), leaves)

    @classmethod
    def from_flat_path(
        cls, flat_state: Mapping[Path, V] | Iterable[tuple[Path, V]], /
    ) -> State[V]:
        """Nest leaves by their paths."""
        return from_flat_state(flat_state, cls=cls)

    def map(self, f: Callable[[Path, Any], Any]) -> State[Any]:
        """Apply `f(path, leaf)` to every leaf."""
        return from_flat_state(
            (path, f(path, leaf)) for path, leaf in self.flat_state()
        )

    def filter(
        self, first: Filter, /, *filters: Filter
    ) -> State[V] | tuple[State[V], ...]:
        """The leaves that each filter selects; what none selects is left out."""
        groups, _ = partition(self.flat_state(), (first, *filters))
        return _one_or_all(groups)

    def split(
        self, first: Filter, /, *filters: Filter
    ) -> State[V] | tuple[State[V], ...]:
        """Like `filter`, but every leaf must be selected.

        Raises:
            NonExhaustiveFilterError: leaves are left over.
        """
        return _one_or_all(partition_all(self.flat_state(), (first, *filters)))

    @classmethod
    def merge(
        cls, state: Mapping[Any, Any], /, *states: Mapping[Any, Any]
    ) -> State[Any]:
        """One state with the leaves of all; later ones win."""
        if not states and isinstance(state, cls):
            return state
        return from_flat_state(
            (item for part in (state, *states) for item in cls(part).flat_state()),
            cls=cls,
        )

    def to_pure_dict(
        self, extract_fn: Callable[[Any], Any] | None = None
    ) -> dict[str, Any]:
        """Nested plain dicts of contents; see `ramie.graph.to_pure_dict`."""
        from ._pure_dict import to_pure_dict

        return to_pure_dict(self, extract_fn)

    def replace_by_pure_dict(
        self,
        pure_dict: dict[str, Any],
        replace_fn: Callable[[Any, Any], Any] | None = None,
    ) -> None:
        """Take contents from nested plain dicts; see the function."""
        from ._pure_dict import replace_by_pure_dict

        replace_by_pure_dict(self, pure_dict, replace_fn)


def from_flat_state(
    flat_state: Mapping[Path, V] | Iterable[tuple[Path, V]],
    *,
    cls: type[State[Any]] = State,
) -> State[V]:
    """Nest leaves by their paths. A leaf at the empty path is its own state.

    Of several leaves at one path the last one wins.

    Raises:
        PathConflictError: a path has a leaf and leads to others as well.

    Example:
        >>> from_flat_state([(("layers", 0), 1.0), (("layers", 1), 2.0)]).layers[1]
        2.0
    """
    mapping = flat_state.items() if isinstance(flat_state, Mapping) else flat_state
    items: Iterator[tuple[Path, V]] = iter(mapping)
    nesting = Nesting(cls)
    # Neighbours mostly share their parent: look it up only when it changes.
    parent: Path = ()
    into = nesting.root
    for path, leaf in items:
        if not path:
            lone: State[V] = lone_leaf(leaf, nesting, items)
            return lone
        if path[:-1] != parent:
            parent = path[:-1]
            into = nesting.parent_of(path)
        into[path[-1]] = leaf
    nesting.check()
    return cls(nesting.root, _copy=False)


def _one_or_all(
    groups: list[list[tuple[Path, V]]],
) -> State[V] | tuple[State[V], ...]:
    states = tuple(map(from_flat_state, groups))
    return states[0] if len(states) == 1 else states


def _sorted_items(state: State[Any], path: Iterable[Key]) -> Iterator[tuple[Key, Any]]:
    mapping = state._mapping
    return iter([(key, mapping[key]) for key in sort_keys(mapping, path)])


def _flatten(state: State[Any]) -> tuple[tuple[Any, ...], tuple[Key, ...]]:
    mapping = state._mapping
    keys = tuple(sort_keys(mapping))
    return tuple([mapping[key] for key in keys]), keys


def _flatten_with_keys(
    state: State[Any],
) -> tuple[tuple[tuple[Any, Any], ...], tuple[Key, ...]]:
    values, keys = _flatten(state)
    return tuple(zip(map(DictKey, keys), values, strict=True)), keys


def _unflatten(keys: tuple[Key, ...], values: Iterable[Any]) -> State[Any]:
    return State(dict(zip(keys, values, strict=True)), _copy=False)


register_pytree_with_keys(State, _flatten_with_keys, _unflatten, _flatten)

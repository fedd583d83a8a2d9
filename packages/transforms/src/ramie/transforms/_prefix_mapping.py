"""PrefixMapping: something for each Variable of a module, by filter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import jax
from jax.experimental.layout import Format
from jax.sharding import PartitionSpec, Sharding

from ramie.graph import Filter, State, to_predicate
from ramie.graph.extend import content_of
from ramie.graph.filterlib import PathIn
from ramie.graph.typing import Path

from .errors import ShardingPrefixError


class PrefixMapping:
    """Filters, and what each stands for; the first that selects a Variable counts.

    Args:
        pairs: `{filter: value}`, pairs of them, or a State of values, in which a
            Variable has the value at its path.

    Raises:
        FilterError: a filter is none.
        ShardingPrefixError: there are no pairs. Of `StateAxes`, AxesPrefixError.
    """

    __slots__ = ("_pairs", "_predicates")

    _error: ClassVar[type[Exception]] = ShardingPrefixError

    def __init__(
        self,
        pairs: State[Any] | Mapping[Filter, Any] | Iterable[tuple[Filter, Any]],
        /,
    ) -> None:
        """Keep the pairs in their order."""
        items: Any
        if isinstance(pairs, State):
            items = [(PathIn(path), value) for path, value in pairs.flat_state()]
        else:
            items = pairs.items() if isinstance(pairs, Mapping) else pairs
        # A State holds its values in Variables.
        try:
            self._pairs = tuple((key, content_of(value)) for key, value in items)
        except (TypeError, ValueError):
            why = f"{pairs!r} is no dict of filters, and no pairs (filter, value)"
            raise self._refused(why) from None
        self._predicates = [to_predicate(selector) for selector, _ in self._pairs]

    def _refused(self, why: str) -> Exception:
        return self._error((type(self).__name__,), why)

    @property
    def filters(self) -> tuple[Any, ...]:
        """The filters."""
        return tuple(selector for selector, _ in self._pairs)

    @property
    def values_of_filters(self) -> tuple[Any, ...]:
        """What the filters stand for, in their order."""
        return tuple(value for _, value in self._pairs)

    def map_prefix(self, path: Path, variable: Any) -> Any:
        """What stands for a Variable.

        Args:
            path: of the Variable, from where the mapping stands.
            variable: the Variable, or an array.

        Raises:
            ShardingPrefixError: no filter selects it.
        """
        for predicate, (_, value) in zip(self._predicates, self._pairs, strict=True):
            if predicate(path, variable):
                return value
        why = f"no filter of {self!r} selects it; add `...: None` for all the rest"
        raise type(self)._error(path, why)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PrefixMapping):
            return NotImplemented
        return type(self) is type(other) and self._pairs == other._pairs

    def __hash__(self) -> int:
        return hash((type(self), self._pairs))

    def __repr__(self) -> str:
        pairs = ", ".join(f"{_name(key)}: {_name(value)}" for key, value in self._pairs)
        return f"{type(self).__name__}({{{pairs}}})"


def _name(key: Any) -> str:
    if isinstance(key, type):
        return key.__name__
    return "..." if key is ... else repr(key)


class StateSharding(PrefixMapping):
    """The shardings of a module's Variables, by filter, for `jit`.

    Args:
        filter_sharding: `{filter: sharding}`, pairs of them, or a State of
            shardings. None leaves a sharding to JAX.

    Raises:
        FilterError: a filter is none.
        ShardingPrefixError: a sharding is none.

    Example:
        >>> from ramie.variables import Param
        >>> replicated = jax.sharding.SingleDeviceSharding(jax.devices()[0])
        >>> sharding = StateSharding({Param: replicated, ...: None})
        >>> sharding.shardings == (replicated, None)
        True
    """

    __slots__ = ()

    def __init__(
        self,
        filter_sharding: State[Any]
        | Mapping[Filter, Any]
        | Iterable[tuple[Filter, Any]],
        /,
    ) -> None:
        """Keep filters and shardings in their order."""
        super().__init__(filter_sharding)
        for sharding in jax.tree.leaves(self.values_of_filters):
            if not isinstance(sharding, (Sharding, PartitionSpec, Format)):
                raise self._refused(f"{sharding!r} is no sharding and no PartitionSpec")

    @property
    def shardings(self) -> tuple[Any, ...]:
        """The shardings, in the order of the filters."""
        return self.values_of_filters

"""Objects to numbers by identity, and numbers back to objects."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any


class RefMap(MutableMapping[Any, int]):
    """A mapping whose keys are told apart by `is`, hashable or not.

    Args:
        items: pairs, or another mapping, to start with.

    Example:
        >>> from ramie.graph import RefMap
        >>> key = [1]
        >>> numbers = RefMap([(key, 7)])
        >>> numbers[key], [1] in numbers
        (7, False)
    """

    __slots__ = ("_entries",)

    def __init__(
        self, items: Mapping[Any, int] | Iterable[tuple[Any, int]] = (), /
    ) -> None:
        """Start with some items."""
        # The object is kept as well: an id means something while it lives.
        self._entries: dict[int, tuple[Any, int]] = {}
        self.update(items)

    @classmethod
    def from_indexmap(cls, objects: Mapping[int, Any]) -> "RefMap":
        """The numbers of an IndexMap by object."""
        return cls((value, number) for number, value in objects.items())

    def __getitem__(self, key: Any) -> int:
        """The number of an object."""
        try:
            return self._entries[id(key)][1]
        except KeyError:
            raise KeyError(key) from None

    def __setitem__(self, key: Any, number: int) -> None:
        """Give an object a number."""
        self._entries[id(key)] = key, number

    def __delitem__(self, key: Any) -> None:
        """Forget an object."""
        del self._entries[id(key)]

    def __contains__(self, key: object) -> bool:
        """Whether this very object has a number."""
        return id(key) in self._entries

    def __iter__(self) -> Iterator[Any]:
        """The objects, in the order in which they came."""
        return (key for key, _ in self._entries.values())

    def __len__(self) -> int:
        """The number of objects."""
        return len(self._entries)


class IndexMap(dict[int, Any]):
    """Numbers to objects; the other way around of a RefMap.

    Example:
        >>> from ramie.graph import IndexMap, RefMap
        >>> IndexMap.from_refmap(RefMap([("x", 7)]))
        {7: 'x'}
    """

    @classmethod
    def from_refmap(cls, numbers: Mapping[Any, int]) -> "IndexMap":
        """The objects of a RefMap by their numbers."""
        return cls((number, key) for key, number in numbers.items())

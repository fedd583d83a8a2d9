"""Filters: what selects leaves of a graph or a state, by type, tag or path.

A filter is a type, a tag, a predicate of (path, value), `...` or True for
everything, False or None for nothing, or a list of filters, any of which may select.
"""

from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache
from types import EllipsisType
from typing import Any as AnyType
from typing import TypeVar

from .errors import FilterError, NonExhaustiveFilterError, UnreachableFilterError
from .typing import Filter, Key, Path, Predicate

T = TypeVar("T")


def to_predicate(filter: Filter) -> Predicate:
    """The predicate a filter stands for.

    Raises:
        FilterError: the value means nothing as a filter.

    Example:
        >>> to_predicate(int)(("steps",), 3)
        True
        >>> to_predicate(["bias", lambda path, value: "kernel" in path])(("kernel",), 0)
        True
    """
    match filter:
        case str():
            return WithTag(filter)
        case type():
            return OfType(filter)
        case bool():
            return Everything() if filter else Nothing()
        case EllipsisType():
            return Everything()
        case None:
            return Nothing()
        case list() | tuple():
            return Any(*filter)
        case _ if callable(filter):
            return filter
        case _:
            raise FilterError(
                f"{filter!r} is no filter. Use a type, a tag (str), a predicate of "
                f"(path, value), `...`, a bool, None, or a list of these."
            )


def filters_to_predicates(filters: Sequence[Filter]) -> tuple[Predicate, ...]:
    """The predicates of several filters, of which the first to select wins.

    Raises:
        FilterError: a value means nothing as a filter.
        UnreachableFilterError: a filter stands behind one that selects all it would.

    Example:
        >>> from ramie.graph.filterlib import filters_to_predicates
        >>> filters_to_predicates([int, "tag", ...])
        (OfType(<class 'int'>), WithTag('tag'), Everything())
    """
    try:
        return _predicates(*filters)
    except TypeError:  # a list has no hash
        return _predicates.__wrapped__(*filters)


@lru_cache(maxsize=256, typed=True)
def _predicates(*filters: Filter) -> tuple[Predicate, ...]:
    predicates = tuple(map(to_predicate, filters))
    for number, after in enumerate(predicates):
        for earlier in range(number):
            if _covers(predicates[earlier], after):
                raise UnreachableFilterError(filters[number], filters[earlier])
    return predicates


def _covers(one: Predicate, other: Predicate) -> bool:
    """Whether `one` is known to select whatever `other` does."""
    if isinstance(one, Everything):
        return not isinstance(other, (Everything, Nothing))  # harmless, and usual
    if isinstance(one, OfType) and isinstance(other, OfType):
        return issubclass(other.type, one.type)
    if isinstance(one, Any):
        return any(_covers(part, other) for part in one.predicates)
    return one == other and not isinstance(one, Nothing)


def partition(
    items: Iterable[tuple[Path, T]], filters: Sequence[Filter]
) -> tuple[list[list[tuple[Path, T]]], list[tuple[Path, T]]]:
    """Sort leaves by the first filter that selects them; and those left over."""
    predicates = filters_to_predicates(filters)
    groups: list[list[tuple[Path, T]]] = [[] for _ in predicates]
    pairs = list(zip(predicates, groups, strict=True))
    rest: list[tuple[Path, T]] = []
    for item in items:
        path, value = item
        for predicate, group in pairs:
            if predicate(path, value):
                group.append(item)
                break
        else:
            rest.append(item)
    return groups, rest


def partition_all(
    items: Iterable[tuple[Path, T]], filters: Sequence[Filter]
) -> list[list[tuple[Path, T]]]:
    """Like `partition`, but every leaf must be selected.

    Raises:
        NonExhaustiveFilterError: leaves are left over.
    """
    groups, rest = partition(items, filters)
    if rest:
        raise NonExhaustiveFilterError([path for path, _ in rest], filters)
    return groups


class _Combined:
    """A filter made of filters."""

    def __init__(self, *filters: Filter) -> None:
        self.predicates = tuple(map(to_predicate, filters))

    def __repr__(self) -> str:
        inner = ", ".join(map(repr, self.predicates))
        return f"{type(self).__name__}({inner})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash((type(self), self.predicates))


class Any(_Combined):
    """Selects what at least one of the filters selects."""

    def __call__(self, path: Path, x: AnyType) -> bool:
        """Does one of them select it?"""
        return any(predicate(path, x) for predicate in self.predicates)


class All(_Combined):
    """Selects what every one of the filters selects."""

    def __call__(self, path: Path, x: AnyType) -> bool:
        """Do all of them select it?"""
        return all(predicate(path, x) for predicate in self.predicates)


class Not(_Combined):
    """Selects what the filter does not."""

    def __init__(self, filter: Filter, /) -> None:
        """Negate one filter."""
        super().__init__(filter)

    def __call__(self, path: Path, x: AnyType) -> bool:
        """Does the filter leave it?"""
        return not self.predicates[0](path, x)


class Everything(_Combined):
    """Selects every leaf; what `...` and True stand for."""

    def __init__(self) -> None:
        """Take no filters."""
        super().__init__()

    def __call__(self, path: Path, x: AnyType) -> bool:  # noqa: ARG002 (a predicate takes both)
        """Yes."""
        return True


class Nothing(_Combined):
    """Selects no leaf; what False and None stand for."""

    def __init__(self) -> None:
        """Take no filters."""
        super().__init__()

    def __call__(self, path: Path, x: AnyType) -> bool:  # noqa: ARG002 (a predicate takes both)
        """No."""
        return False


class _ByFact:
    """A filter that compares one fact, and is equal to others with the same."""

    def __init__(self, fact: Hashable) -> None:
        self._fact = fact

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._fact!r})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash((type(self), self._fact))


class OfType(_ByFact):
    """Selects values of a type, and values that stand in for that type.

    A value stands in for the type that its attribute `type` names.
    """

    def __init__(self, type: type) -> None:
        """Select values of this type."""
        super().__init__(type)
        self.type = type

    def __call__(self, path: Path, x: AnyType) -> bool:  # noqa: ARG002 (a predicate takes both)
        """Is it of the type?"""
        if isinstance(x, self.type):
            return True
        stands_for = getattr(x, "type", None)
        return isinstance(stands_for, type) and issubclass(stands_for, self.type)


class WithTag(_ByFact):
    """Selects values whose attribute `tag` is this string."""

    def __init__(self, tag: str) -> None:
        """Select values with this tag."""
        super().__init__(tag)
        self.tag = tag

    def __call__(self, path: Path, x: AnyType) -> bool:  # noqa: ARG002 (a predicate takes both)
        """Has it the tag?"""
        return getattr(x, "tag", None) == self.tag


class PathContains(_ByFact):
    """Selects values with a key somewhere in their path.

    With `exact=False` a part of a key's text suffices.
    """

    def __init__(self, key: Key, exact: bool = True) -> None:
        """Select paths that contain this key."""
        super().__init__(key)
        self.key, self.exact = key, exact

    def __call__(self, path: Path, x: AnyType) -> bool:  # noqa: ARG002 (a predicate takes both)
        """Is the key in the path?"""
        if self.exact:
            return self.key in path
        return any(str(self.key) in str(part) for part in path)


class PathIn(_ByFact):
    """Selects values at exactly these paths."""

    def __init__(self, *paths: Path) -> None:
        """Select these paths."""
        super().__init__(frozenset(paths))
        self.paths = frozenset(paths)

    def __call__(self, path: Path, x: AnyType) -> bool:  # noqa: ARG002 (a predicate takes both)
        """Is the path one of them?"""
        return path in self.paths

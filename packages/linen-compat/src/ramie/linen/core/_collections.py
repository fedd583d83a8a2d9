"""Filters of collections: which of the named collections are meant.

A filter is True for all, False for none, a name, names, or a `DenyList` of the names
that are not meant. Whatever it is, it is a finite set of names or all names but a
finite set, and sums and differences are computed on that.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, Union

from ..errors import InvalidFilterError

CollectionFilter: TypeAlias = Union[bool, str, Collection[str], "DenyList"]
PRNGSequenceFilter: TypeAlias = CollectionFilter


@dataclass(frozen=True, order=True)
class DenyList:
    """All collections but some.

    Attributes:
        deny: a filter of those that are not meant.

    Example:
        >>> from ramie.linen.core import DenyList
        >>> from ramie.linen.core.scope import in_filter
        >>> in_filter(DenyList("intermediates"), "params")
        True
    """

    deny: CollectionFilter


NOTHING: frozenset[str] = frozenset()


def in_filter(filter_like: CollectionFilter, col: str) -> bool:
    """Whether a filter means a collection.

    Raises:
        InvalidFilterError: not a filter.
    """
    if isinstance(filter_like, str):
        return col == filter_like
    if isinstance(filter_like, bool):
        return filter_like
    if isinstance(filter_like, DenyList):
        return not in_filter(filter_like.deny, col)
    if isinstance(filter_like, Collection):
        return col in filter_like
    raise InvalidFilterError(filter_like)


def filter_to_set(filter_like: CollectionFilter) -> set[str]:
    """The names that a filter means, if they can be listed.

    Raises:
        InvalidFilterError: not a filter, or one for all names but some.
    """
    every, names = normal(filter_like)
    if every:
        raise InvalidFilterError(filter_like)
    return set(names)


def union_filters(a: CollectionFilter, b: CollectionFilter) -> CollectionFilter:
    """What at least one of two filters means."""
    (every_a, names_a), (every_b, names_b) = normal(a), normal(b)
    if every_a and every_b:
        return _filter(True, names_a & names_b)
    if every_a:
        return _filter(True, names_a - names_b)
    if every_b:
        return _filter(True, names_b - names_a)
    return _filter(False, names_a | names_b)


def subtract_filters(a: CollectionFilter, b: CollectionFilter) -> CollectionFilter:
    """What the first of two filters means and the second does not."""
    return intersect_filters(a, DenyList(b))


def intersect_filters(a: CollectionFilter, b: CollectionFilter) -> CollectionFilter:
    """What both of two filters mean."""
    (every_a, names_a), (every_b, names_b) = normal(a), normal(b)
    if every_a and every_b:
        return _filter(True, names_a | names_b)
    if every_a:
        return _filter(False, names_b - names_a)
    if every_b:
        return _filter(False, names_a - names_b)
    return _filter(False, names_a & names_b)


def group_collections(
    xs: Mapping[str, Any], col_filters: Sequence[CollectionFilter]
) -> tuple[dict[str, Any], ...]:
    """Collections in groups: each goes to the first filter that means it.

    Args:
        xs: collections, or other things by name.
        col_filters: one for each group.

    Returns:
        A dict for each filter; what no filter means is in none.
    """
    groups: tuple[dict[str, Any], ...] = tuple({} for _ in col_filters)
    for name, value in xs.items():
        for group, one in zip(groups, col_filters, strict=True):
            if in_filter(one, name):
                group[name] = value
                break
    return groups


def normal(filter_like: CollectionFilter) -> tuple[bool, frozenset[str]]:
    """(False, names) for these names, (True, names) for all but these."""
    if isinstance(filter_like, bool):
        return filter_like, NOTHING
    if isinstance(filter_like, str):
        return False, frozenset((filter_like,))
    if isinstance(filter_like, DenyList):
        every, names = normal(filter_like.deny)
        return not every, names
    if isinstance(filter_like, Collection):
        return False, frozenset(filter_like)
    raise InvalidFilterError(filter_like)


def _filter(every: bool, names: frozenset[str]) -> CollectionFilter:
    if every:
        return DenyList(set(names)) if names else True
    return set(names)

"""Filters as attributes of an object that is part of a compiled structure."""

from ramie.graph import Filter


def hashable(only: Filter) -> Filter:
    """The filter as a static attribute: a list cannot be one, a tuple can.

    Example:
        >>> hashable([str, [int]])
        (<class 'str'>, (<class 'int'>,))
    """
    if isinstance(only, (list, tuple)):
        return tuple(map(hashable, only))
    return only

"""Errors made of facts: rebuilt from the arguments they were made of.

An exception crosses process borders as a pickle, and Python rebuilds it from its
message alone. An error that takes facts and makes its message of them would not
survive that.
"""

from collections.abc import Sequence
from typing import Any

from ._keys import show_path
from .typing import Path

SHOWN = 5
"""How many entries of each group an error spells out."""


class MadeOfFacts:
    """Mixin of exceptions whose `__init__` takes facts.

    Example:
        >>> class TooLong(MadeOfFacts, ValueError):
        ...     def __init__(self, length):
        ...         super().__init__(f"{length} is too long.")
        >>> import copy
        >>> copy.copy(TooLong(7))
        TooLong('7 is too long.')
    """

    _facts: tuple[tuple[Any, ...], dict[str, Any]]

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Remember what the error is made of."""
        self = super().__new__(cls, *args)
        self._facts = args, kwargs
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild from the facts."""
        args, kwargs = self._facts
        return type(self).rebuild, (args, kwargs)

    @classmethod
    def rebuild(cls, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The error that is made of these facts."""
        return cls(*args, **kwargs)


def show_paths(paths: Sequence[Path]) -> str:
    """Spell the first few paths, and how many more there are.

    Example:
        >>> show_paths([("a",), ("b", 0)])
        'a, b/0'
    """
    more = len(paths) - SHOWN
    shown = ", ".join(map(show_path, paths[:SHOWN]))
    return f"{shown} and {more} more" if more > 0 else shown

"""Errors made of facts: rebuilt from the arguments they were made of.

An exception crosses process borders as a pickle, and Python rebuilds it from its
message alone. An error that takes facts and makes its message of them would not
survive that.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from ._keys import show_path
from .typing import Path

SHOWN = 5
"""How many entries of each group an error spells out."""


class MadeOfFacts:
    """Mixin of exceptions whose `__init__` takes facts.

    Example:
        >>> class TooLongError(MadeOfFacts, ValueError):
        ...     def __init__(self, length):
        ...         super().__init__(f"{length} is too long.")
        >>> import copy
        >>> copy.copy(TooLongError(7))
        TooLongError('7 is too long.')
    """

    _facts: tuple[tuple[Any, ...], dict[str, Any]]

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
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


def show_mismatch(
    rule: str,
    groups: Mapping[str, Sequence[Path]],
    pairs: Mapping[str, Mapping[Path, tuple[Any, Any]]],
    advice: str,
) -> str:
    """Text of an error about two things that do not fit: the first of each kind.

    Args:
        rule: what was asked for and what it needs.
        groups: paths by what is wrong with them.
        pairs: a text with places for `{path}`, `{ours}` and `{theirs}`, and by path
            what it is about.
        advice: what to do next.

    Example:
        >>> print(
        ...     show_mismatch(
        ...         "It does not fit.",
        ...         {"missing": [("a",)]},
        ...         {"shape at {path}: {ours}, not {theirs}": {("b",): ((2,), (3,))}},
        ...         "Take another.",
        ...     )
        ... )
        It does not fit.
          missing (1): a
          shape at b: (2,), not (3,)
        Take another.
    """
    lines = [rule]
    for label, paths in groups.items():
        if paths:
            lines.append(f"  {label} ({len(paths)}): {show_paths(paths)}")
    for text, found in pairs.items():
        for path, (ours, theirs) in list(found.items())[:SHOWN]:
            where = show_path(path)
            lines.append("  " + text.format(path=where, ours=ours, theirs=theirs))
        if (more := len(found) - SHOWN) > 0:
            lines.append(f"  … and {more} more with another {text.split()[0]}")
    return "\n".join([*lines, advice])

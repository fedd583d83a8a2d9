"""Arguments of lifted functions, by number: those that are chosen, and the others.

Numbers count the scopes, or the module, as argument 0. That one is no argument here, so
choosing it chooses nothing.
"""

from collections.abc import Iterable
from typing import Any

Numbered = dict[int, Any]


def numbers_of(given: int | Iterable[int]) -> frozenset[int]:
    """Numbers of arguments, counted without the scopes."""
    numbers = (given,) if isinstance(given, int) else given
    return frozenset(n - 1 if n > 0 else n for n in numbers if n)


def chosen(args: tuple[Any, ...], numbers: frozenset[int]) -> tuple[Numbered, Numbered]:
    """Arguments of these numbers, negative ones from behind, and the others."""
    count = len(args)
    found = {n % count if n < 0 else n for n in numbers} if count else set()
    numbered = dict(enumerate(args))
    rest = {n: arg for n, arg in numbered.items() if n not in found}
    return {n: arg for n, arg in numbered.items() if n in found}, rest


def joined(one: Numbered, other: Numbered) -> list[Any]:
    """Arguments in their order."""
    return [{**one, **other}[n] for n in range(len(one) + len(other))]

"""TransformError, the base class of every error, and how places are spelled."""

from collections.abc import Iterable

from ramie.graph.extend import MadeOfFacts, show_path


class TransformError(MadeOfFacts, ValueError):
    """Base class: catch this to catch anything the package rejects."""


def show_place(place: Iterable[str | int]) -> str:
    """Spell a place: which argument or returned value, and the path in it."""
    first, *path = place
    return f"{first} at {show_path(path)}" if path else str(first)

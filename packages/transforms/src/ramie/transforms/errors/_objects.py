"""Errors about objects on their way through a transform: sharing and statics."""

from collections.abc import Iterable
from typing import Any

from ._base import TransformError, show_place


class LeakedTracerError(TransformError):
    """A traced value sits where only a static value can travel."""

    def __init__(self, where: str) -> None:
        """Keep the place."""
        super().__init__(
            f"A traced value is stored as a static attribute at {where}, so it "
            f"cannot leave the transformed function. Store it in a Variable or as an "
            f"array attribute."
        )
        self.where = where


class NodeStatesError(TransformError):
    """NodeStates lack what was asked for."""

    def __init__(self, what: str, states: int) -> None:
        """Keep what was asked for, and how many states there are."""
        super().__init__(
            f"These NodeStates have no {what}: they hold {states} states. Take the "
            f"graphdef of those made by from_split(), and of several states each "
            f"from `.states`."
        )
        self.what, self.states = what, states


class PrefixAliasingError(TransformError):
    """Two places lead to one Variable, and their prefixes differ."""

    def __init__(
        self,
        what: str,
        place: Iterable[str | int],
        prefix: Any,
        other: Iterable[str | int],
        other_prefix: Any,
    ) -> None:
        """Keep what the prefixes are, both places, and what is said of each."""
        self.what, self.where, self.other = what, show_place(place), show_place(other)
        self.prefix, self.other_prefix = prefix, other_prefix
        said = [getattr(each, "__name__", each) for each in (prefix, other_prefix)]
        super().__init__(
            f"{self.where} and {self.other} are one Variable, but {what} has {said[0]} "
            f"for the first and {said[1]} for the second. Give both the same, or make "
            f"a copy of one with clone()."
        )


class SharedArrayError(TransformError):
    """A donated array is passed to the program in another place as well."""

    def __init__(self, place: str, other: str) -> None:
        """Keep both places."""
        super().__init__(
            f"{place} and {other} hold one array, which is donated, so its memory "
            f"cannot serve both. Give one of them an array of its own with "
            f"jnp.copy(), or donate neither."
        )
        self.place, self.other = place, other


class SharedDonationError(TransformError):
    """A donated Variable belongs to an argument that is not donated as well."""

    def __init__(self, path: str, other: str) -> None:
        """Keep both places."""
        super().__init__(
            f"The Variable in {path} is donated, but it is also the Variable in "
            f"{other}, which is not. Donate both arguments, or neither."
        )
        self.path, self.other = path, other

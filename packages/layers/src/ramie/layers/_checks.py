"""What every layer checks before it makes parameters."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ramie.module import Rngs

from .errors import ModeNotSetError, RngsTypeError, SizeError

NO_METADATA: Mapping[str, Any] = MappingProxyType({})
"""The default of arguments for metadata, shared and therefore read-only."""


def check_rngs(place: str, rngs: object) -> None:
    """Raise RngsTypeError unless there are streams to draw parameters from."""
    if not isinstance(rngs, Rngs):
        raise RngsTypeError(place, type(rngs).__name__, "an Rngs")


def check_size(place: str, argument: str, size: Any) -> None:
    """Raise SizeError unless `size` is an int that is not negative."""
    if not hasattr(size, "__index__") or size < 0:
        raise SizeError(place, argument, size)


def first_set(place: str, argument: str, *choices: bool | None) -> bool:
    """The first choice that is not None, else ModeNotSetError."""
    for choice in choices:
        if choice is not None:
            return choice
    raise ModeNotSetError(place, argument)

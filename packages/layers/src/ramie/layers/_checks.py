"""What every layer checks before it makes parameters."""

import operator
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ramie.module import Rngs

from .errors import CountError, ModeNotSetError, RngsTypeError, SizeError
from .typing import Shape

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


def check_count(place: str, argument: str, count: Any) -> None:
    """Raise CountError unless `count` is an int of at least 1."""
    if not hasattr(count, "__index__") or count < 1:
        raise CountError(place, argument, count)


def frozen(setting: Any) -> Any:
    """The setting with tuples for lists.

    Settings are part of the structure of a model, so they must be hashable.
    """
    if isinstance(setting, list | tuple):
        return tuple(map(frozen, setting))
    return setting


def check_sizes(place: str, argument: str, sizes: Any) -> Shape:
    """One size or several as a tuple, or SizeError if one of them is none."""
    named = tuple(sizes) if isinstance(sizes, Sequence) else (sizes,)
    for size in named:
        check_size(place, argument, size)
    return tuple(map(operator.index, named))


def first_set(place: str, argument: str, *choices: bool | None) -> bool:
    """The first choice that is not None, else ModeNotSetError."""
    for choice in choices:
        if choice is not None:
            return choice
    raise ModeNotSetError(place, argument)

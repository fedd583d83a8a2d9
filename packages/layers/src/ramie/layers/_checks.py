"""What every layer checks before it makes parameters."""

import math
import operator
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import jax

from ramie.module import Rngs
from ramie.variables import Variable

from .errors import (
    CountError,
    ModeNotSetError,
    NoVariableError,
    RngsTypeError,
    SettingError,
    SizeError,
)
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


def check_number(
    place: str, argument: str, given: Any, *, least: float = 0.0, most: float = math.inf
) -> None:
    """Raise SettingError unless `given` is a number in these bounds, or is traced."""
    if isinstance(given, jax.core.Tracer):
        return
    if not hasattr(given, "__float__") or not least <= float(given) <= most:
        bounds = f"at least {least:g}" + (
            f", at most {most:g}" if most < math.inf else ""
        )
        raise SettingError(place, argument, given, f"a number of {bounds}")


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


def content(cell: Any) -> Any:
    """The value of a Variable; anything else as it is, as in a pure copy."""
    return cell.get_value() if isinstance(cell, Variable) else cell


def check_variables(
    place: str, cells: Mapping[str, object], purpose: str = "to be written"
) -> None:
    """Raise NoVariableError unless all cells, by the names they have, are Variables."""
    for attribute, cell in cells.items():
        if not isinstance(cell, Variable):
            raise NoVariableError(place, attribute, purpose)

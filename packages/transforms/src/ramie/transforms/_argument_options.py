"""Options that name arguments: positions and names, looked at before any call.

`static_argnums` and its like mean arguments of a function. What they cannot mean is
refused when the transform is made: later it would be an argument like any other, and
nothing would say so.
"""

import inspect
import operator
from collections.abc import Callable
from typing import Any

from .errors import ArgumentOptionError

POSITIONAL = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
)


def parameter_names(fun: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the positional parameters of a function; none if unknown."""
    return tuple(each.name for each in _parameters(fun) if each.kind in POSITIONAL)


def _parameters(fun: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(fun).parameters.values())
    except (TypeError, ValueError):
        return []


def argument_numbers(option: str, given: Any) -> tuple[int, ...]:
    """Positions of arguments, of which None names none.

    Raises:
        ArgumentOptionError: something is no integer.

    Example:
        >>> argument_numbers("static_argnums", None), argument_numbers("", [0, -1])
        ((), (0, -1))
    """
    if given is None:
        return ()
    is_one = isinstance(given, str) or not hasattr(given, "__iter__")
    if is_one or hasattr(given, "__index__"):
        given = (given,)
    return tuple(_integer(option, each) for each in given)


def _integer(option: str, number: Any) -> int:
    try:
        return operator.index(number)
    except TypeError:
        raise ArgumentOptionError(option, number, "it is no integer") from None


def argument_names(option: str, given: Any) -> tuple[str, ...]:
    """Names of arguments, of which None names none.

    Raises:
        ArgumentOptionError: something is no string.
    """
    if given is None:
        return ()
    if isinstance(given, str) or not hasattr(given, "__iter__"):
        given = (given,)
    names = tuple(given)
    for name in names:
        if not isinstance(name, str):
            raise ArgumentOptionError(option, name, "it is no string")
    return names


def named_both_ways(
    fun: Callable[..., Any],
    kind: str,
    numbers: Any,
    names: Any = None,
    *,
    skipped: int = 0,
) -> frozenset[int | str]:
    """Arguments by number and by name, however the call will pass them.

    Args:
        fun: the function.
        kind: what the options say of arguments: they are `{kind}_argnums` and so on.
        numbers: positions.
        names: names.
        skipped: how many arguments of the function are not counted.

    Raises:
        ArgumentOptionError: the function has no such argument.

    Example:
        >>> sorted(named_both_ways(lambda x, y: x, "static", -1), key=str)
        [1, 'y']
    """
    parameters = _parameters(fun)
    kinds = {each.kind for each in parameters}
    known = [each.name for each in parameters if each.kind in POSITIONAL]
    is_open = not parameters or inspect.Parameter.VAR_POSITIONAL in kinds
    count = len(known) - skipped
    positive = set()
    for number in argument_numbers(f"{kind}_argnums", numbers):
        if not is_open and not -count <= number < count:
            why = f"the function takes {count} positional arguments"
            raise ArgumentOptionError(f"{kind}_argnums", number, why)
        positive.add(number + (len(known) if number < 0 else skipped))
    names = argument_names(f"{kind}_argnames", names)
    if parameters and inspect.Parameter.VAR_KEYWORD not in kinds:
        for name in names:
            if name not in {each.name for each in parameters}:
                why = "the function has no parameter of this name"
                raise ArgumentOptionError(f"{kind}_argnames", name, why)
    by_name = {known.index(name) for name in names if name in known}
    by_number = {known[n] for n in positive if 0 <= n < len(known)}
    return frozenset(positive | by_name | set(names) | by_number)


def refuse_both(static: frozenset[int | str], donated: frozenset[int | str]) -> None:
    """Raise ArgumentOptionError if an argument is static and donated."""
    for argument in sorted(static & donated, key=str):
        why = "it is static as well, and there is no memory in a static argument"
        raise ArgumentOptionError("a donate option", argument, why)

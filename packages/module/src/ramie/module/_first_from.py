"""The first of several choices that was made."""

from typing import TypeVar

from .errors import NothingGivenError

A = TypeVar("A")


def first_from(*choices: A | None, error_msg: str) -> A:
    """The first choice that is not None.

    A layer decides with it between an argument of a call and its own attribute.

    Args:
        *choices: the most important one first.
        error_msg: what to say if all are None; name the arguments and where else
            they may be given.

    Returns:
        The choice.

    Raises:
        NothingGivenError: every choice is None.

    Example:
        >>> first_from(None, False, True, error_msg="Give `deterministic`.")
        False
    """
    for choice in choices:
        if choice is not None:
            return choice
    raise NothingGivenError(error_msg)

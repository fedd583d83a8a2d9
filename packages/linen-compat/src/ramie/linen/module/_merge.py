"""A setting given either as a field or as an argument."""

from typing import TypeVar

T = TypeVar("T")


def merge_param(name: str, a: T | None, b: T | None) -> T:
    """The one of two values that is not None.

    Args:
        name: what they are, for errors.
        a: the value of the field.
        b: the value of the argument.

    Raises:
        ValueError: both are given, or none.

    Example:
        >>> from ramie import linen as nn
        >>> nn.merge_param("train", None, True)
        True
    """
    if a is None and b is None:
        raise ValueError(
            f"{name} is None both as a field of the module and as an argument of the "
            f"call. Give one of them."
        )
    if a is not None and b is not None:
        raise ValueError(
            f"{name} is given both as a field of the module ({a!r}) and as an "
            f"argument of the call ({b!r}). Give one of them."
        )
    merged = b if a is None else a
    assert merged is not None
    return merged

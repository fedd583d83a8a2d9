"""Names of the past: each works, and says until when."""

import warnings
from typing import Any

from ._variable import Variable

ALIASES: dict[str, Any] = {"VariableState": Variable}


def find(name: str) -> Any:
    """The object of a name of the past.

    Raises:
        AttributeError: there was never one of that name.
    """
    if name not in ALIASES:
        raise AttributeError(f"module 'ramie.variables' has no attribute {name!r}")
    now = ALIASES[name]
    warnings.warn(
        f"{name} is deprecated; use {now.__name__}, which is the same. The name "
        f"{name} will be removed in version 0.4.",
        DeprecationWarning,
        stacklevel=2,
    )
    return now

"""Public objects name the package they are published by, not the file.

Files may then be split and renamed without breaking a pickle.
"""

from collections.abc import MutableMapping
from typing import Any


def publish(namespace: MutableMapping[str, Any]) -> None:
    """Set `__module__` of everything a package re-exports to the package.

    Call it at the end of an `__init__.py`, with `globals()`.

    Args:
        namespace: the globals of the package.

    Example:
        >>> class Thing:
        ...     pass
        >>> Thing.__module__ = "plants._thing"
        >>> publish({"__name__": "plants", "Thing": Thing})
        >>> Thing.__module__
        'plants'
    """
    package = namespace["__name__"]
    for value in list(namespace.values()):
        if str(getattr(value, "__module__", "")).startswith(f"{package}._"):
            value.__module__ = package

"""Public objects name the package they are published by, not the file.

Files may then be split and renamed without breaking a pickle.
"""

from collections.abc import MutableMapping
from typing import Any


def publish(namespace: MutableMapping[str, Any]) -> None:
    """Set `__module__` of everything a public module re-exports to that module.

    Call it at the end of an `__init__.py`, or of a public module beside it, with
    `globals()`.

    Args:
        namespace: the globals of the module.

    Example:
        >>> from ramie.graph.extend import publish
        >>> class Thing:
        ...     pass
        >>> Thing.__module__ = "plants._thing"
        >>> publish({"__name__": "plants", "Thing": Thing})
        >>> Thing.__module__
        'plants'
    """
    name = namespace["__name__"]
    package = namespace.get("__package__") or name
    for value in list(namespace.values()):
        if str(getattr(value, "__module__", "")).startswith(f"{package}._"):
            value.__module__ = name

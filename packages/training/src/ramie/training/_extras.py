"""Optional dependencies: imported when they are needed, or the extra is named."""

from importlib import import_module
from typing import Any

from .errors import MissingExtraError


def load(module: str, *, extra: str) -> Any:
    """Import an optional dependency.

    Args:
        module: what to import.
        extra: the extra of this package that installs it.

    Raises:
        MissingExtraError: it is not installed.

    Example:
        >>> load("json", extra="plots").dumps(1)
        '1'
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise  # it is there, and lacks something of its own
        raise MissingExtraError(module, extra) from error

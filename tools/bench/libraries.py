"""The libraries that do the same work: ramie, and flax where it is installed.

Both are used through the same public names, so a case is written once. equinox and
haiku, where they are installed, have names of their own; see `equinox_models.py` and
`haiku_models.py`.
"""

import contextlib
import importlib
from typing import Any


def libraries() -> dict[str, Any]:
    """Return the modules to compare by the name of their contestant."""
    found = {"ramie": importlib.import_module("ramie.nnx")}
    with contextlib.suppress(ImportError):
        found["flax"] = importlib.import_module("flax.nnx")
    return found


def equinox() -> Any:
    """Return the module, or None where it is not installed."""
    return _installed("equinox")


def haiku() -> Any:
    """Return the module, or None where it is not installed."""
    return _installed("haiku")


def _installed(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None

"""The libraries that do the same work: ramie, and flax where it is installed.

Both are used through the same public names, so a case is written once. equinox, where
it is installed, has names of its own; see `equinox_models.py`.
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
    try:
        return importlib.import_module("equinox")
    except ImportError:
        return None

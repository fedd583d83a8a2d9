"""Attributes of Variables whose class looks them up in a way of its own.

An empty slot is looked up like any attribute that is missing; see `Page`. A subclass
that overrides `__getattr__` need not know of it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

OF_VALUE = frozenset({"_raw_value", "value"})
"""Names that are missing only while the slot is empty."""


def keep_value_lookup(cls: Any, lookup: Callable[[Any, str], Any]) -> None:
    """Have a class look up its value as Variables do, whatever else it overrides.

    Args:
        cls: a new subclass.
        lookup: how Variables look up what is missing.
    """
    own = cls.__getattr__
    if own is lookup or hasattr(own, "keeps_value_lookup"):
        return

    @wraps(own)
    def either(self: Any, name: str) -> Any:
        return lookup(self, name) if name in OF_VALUE else own(self, name)

    either.keeps_value_lookup = True  # type: ignore[attr-defined]  # a mark
    cls.__getattr__ = either

"""Set attributes wherever a module of a graph has them: all of them, or none."""

from __future__ import annotations

from collections.abc import Mapping
from types import EllipsisType
from typing import Any

from ramie.graph import Filter, to_predicate
from ramie.graph.extend import hold_trace, require_own_trace

from ._iterate import iter_modules
from .errors import AttributesNotFoundError

MISSING = object()


def set_found(
    root: Any,
    only: Filter,
    attributes: Mapping[str, Any],
    *,
    raise_if_not_found: bool,
    graph: bool | None,
) -> None:
    """Set attributes of the modules that a filter selects and that have them.

    Raises:
        AttributesNotFoundError: an attribute is found nowhere; nothing is set.
        TraceLevelError: a module belongs to another JAX trace; nothing is set.
        SharedInTreeError: in tree mode, two paths lead to one Variable.
    """
    found = []
    missing = set(attributes)
    select = None if isinstance(only, EllipsisType) else to_predicate(only)
    for path, module in iter_modules(root, graph=graph):
        if select is None or select(path, module):
            for name, value in attributes.items():
                known = getattr(module, name, MISSING)
                if known is not MISSING:
                    missing.discard(name)
                    if known is not value:
                        found.append((path, module, name))
    if missing and raise_if_not_found:
        raise AttributesNotFoundError(sorted(missing), type(root).__name__)
    with hold_trace():
        for path, module, _ in found:
            require_own_trace(module, path)
    for _, module, name in found:
        setattr(module, name, attributes[name])

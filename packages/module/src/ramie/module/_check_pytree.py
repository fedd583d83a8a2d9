"""check_pytree: find what got into an object behind its back."""

from __future__ import annotations

from typing import Any

from ramie.graph.extend import Static, iter_nodes, kind_of

from ._admit import as_data, require_no_data
from ._data import DATA
from ._pytree import Pytree
from .errors import NotAPytreeError


def check_pytree(pytree: Any) -> None:
    """Check that static attributes hold no data, and data attributes data.

    Assignment checks the same; this is for values that were edited since, such as
    a list in a static attribute, or written through `vars(obj)`. All objects below
    are checked as well.

    Args:
        pytree: a Module or another Pytree.

    Raises:
        NotAPytreeError: it is no Pytree.
        NotDataError: an attribute that is data holds what JAX cannot trace.
        StaticDataError: a static attribute holds data.

    Example:
        >>> from ramie.module import Pytree, check_pytree, static
        >>> class Net(Pytree):
        ...     def __init__(self):
        ...         self.sizes = static([2, 3])
        >>> check_pytree(Net())
    """
    if not isinstance(pytree, Pytree):
        raise NotAPytreeError(type(pytree).__name__)
    root = type(pytree).__name__
    for path, node in iter_nodes(pytree):
        if isinstance(node, Pytree):
            _check(node, ".".join([root, *map(str, path)]))


def _check(node: Pytree, where: str) -> None:
    kind: Any = kind_of(node)
    for key, item in kind.flatten(node)[0]:
        if type(item) is Static:
            require_no_data(where, key, item.value)
        elif (node._marks or {}).get(key) == DATA:
            as_data(where, key, item)

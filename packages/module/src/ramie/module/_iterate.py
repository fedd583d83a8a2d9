"""Visit the modules of a graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ramie.graph.extend import iter_nodes

if TYPE_CHECKING:
    from ._module import Module

Path = tuple[str | int, ...]


def iter_modules(module: Any, /) -> Iterator[tuple[Path, Module]]:
    """Every module below and including a root, once, children before parents.

    Args:
        module: a module, or any container of modules.

    Yields:
        (path, module), by the first path that leads to the module.

    Raises:
        UnknownNodeError: the value is neither a module nor a container.

    Example:
        >>> class Block(Module):
        ...     def __init__(self):
        ...         self.parts = [Module(), Module()]
        >>> [(path, type(m).__name__) for path, m in iter_modules(Block())]
        ... # doctest: +NORMALIZE_WHITESPACE
        [(('parts', 0), 'Module'), (('parts', 1), 'Module'), (('parts',), 'List'),
         ((), 'Block')]
    """
    from ._module import Module

    for path, node in iter_nodes(module):
        if isinstance(node, Module):
            yield path, node

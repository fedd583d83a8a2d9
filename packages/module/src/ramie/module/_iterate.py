"""Visit the modules of a graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ramie.graph import iter_children
from ramie.graph.extend import is_graph_mode, iter_nodes, view_in_mode

if TYPE_CHECKING:
    from ._module import Module

Path = tuple[str | int, ...]


def iter_modules(
    module: Any, /, *, graph: bool | None = None
) -> Iterator[tuple[Path, Module]]:
    """Every module below and including a root, once, children before parents.

    Args:
        module: a module, or any container of modules.
        graph: whether two paths may lead to one Variable. None asks the setting
            `set_graph_mode`.

    Yields:
        (path, module), by the first path that leads to the module.

    Raises:
        UnknownNodeError: the value is neither a module nor a container.
        SharedInTreeError: with `graph=False`, two paths lead to one Variable.

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

    if not is_graph_mode(graph):
        view_in_mode(module, graph, "iter_modules")
    for path, node in iter_nodes(module):
        if isinstance(node, Module):
            yield path, node


def iter_module_children(
    node: Any, /, *, graph: bool | None = None
) -> Iterator[tuple[str | int, Module]]:
    """The immediate children of a node that are modules, with their keys.

    Args:
        node: a module, or a container.
        graph: accepted for symmetry; the children are the same in both modes.

    Raises:
        UnknownNodeError: the value is neither a module nor a container.

    Example:
        >>> [key for key, _ in iter_module_children({"a": Module(), "n": [1]})]
        ['a']
    """
    from ._module import Module

    for key, child in iter_children(node, graph=graph):
        if isinstance(child, Module):
            yield key, child

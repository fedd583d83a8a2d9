"""Views: new nodes over the same Variables, with other settings."""

from __future__ import annotations

from typing import Any, TypeVar

from ramie.graph import Filter
from ramie.graph.extend import CellDef, build, view_in_mode

from ._attributes import set_found
from ._view_setters import find_setters
from .errors import ViewArgumentsError

A = TypeVar("A")


def view(
    node: A,
    /,
    *,
    only: Filter = ...,
    raise_if_not_found: bool = True,
    graph: bool | None = None,
    **kwargs: Any,
) -> A:
    """New nodes that hold the same Variables, in another mode.

    Each node that defines `set_view` is asked with the arguments it takes. What a
    `set_view(**kwargs)` has no use for it returns, as a dict. `view_info` lists what
    the nodes of a model take.

    Args:
        node: a module, or any container of modules; it is left as it is.
        only: which nodes to ask.
        raise_if_not_found: refuse arguments that no node takes.
        graph: whether two paths may lead to one Variable. None asks the setting
            `set_graph_mode`.
        **kwargs: arguments for `set_view`.

    Returns:
        The new root. Its Variables and arrays are those of the old one: what is
        written to a Variable through the view is seen there.

    Raises:
        ViewArgumentsError: no selected node takes one of the arguments.
        SharedInTreeError: with `graph=False`, two paths lead to one Variable.

    Example:
        >>> class Noise(Module):
        ...     def __init__(self):
        ...         self.deterministic = False
        ...
        ...     def set_view(self, deterministic=None):
        ...         if deterministic is not None:
        ...             self.deterministic = deterministic
        >>> noise = Noise()
        >>> view(noise, deterministic=True).deterministic, noise.deterministic
        (True, False)
    """
    new = _same_cells(node, graph, "view")
    setters = find_setters(new, only)
    used: set[str] = set()
    for setter in setters:
        used |= setter.use(kwargs)
    unused = kwargs.keys() - used
    if unused and raise_if_not_found:
        known = {name for setter in setters for name in setter.names}
        raise ViewArgumentsError(sorted(unused), sorted(known), type(node).__name__)
    return new


def with_attributes(
    node: A,
    /,
    *,
    only: Filter = ...,
    raise_if_not_found: bool = True,
    graph: bool | None = None,
    **attributes: Any,
) -> A:
    """New nodes that hold the same Variables, with some attributes set.

    Args:
        node: a module, or any container of modules; it is left as it is.
        only: which modules to set attributes of.
        raise_if_not_found: refuse if no selected module has an attribute.
        graph: whether two paths may lead to one Variable. None asks the setting
            `set_graph_mode`.
        **attributes: name and value. A module without the attribute stays as it is.

    Returns:
        The new root. Its Variables and arrays are those of the old one.

    Raises:
        AttributesNotFoundError: an attribute is found nowhere.
        SharedInTreeError: with `graph=False`, two paths lead to one Variable.

    Example:
        >>> class Noise(Module):
        ...     def __init__(self):
        ...         self.rate = 0.5
        >>> noise = Noise()
        >>> with_attributes(noise, rate=0.1).rate, noise.rate
        (0.1, 0.5)
    """
    new = _same_cells(node, graph, "with_attributes")
    set_found(new, only, attributes, raise_if_not_found=raise_if_not_found, graph=True)
    return new


def _same_cells(node: A, graph: bool | None, action: str) -> A:
    """The same graph of new nodes; cells and arrays are those of the old one."""
    flat = view_in_mode(node, graph, action)
    objects: list[Any] = [node, *flat.objects[1:]]
    cells = {
        number: objects[number]
        for number, definition in enumerate(flat.graphdef.nodes)
        if isinstance(definition, CellDef)
    }
    new: A = build(flat.graphdef, flat.read(), cells)[0]
    return new

"""What a node takes as arguments of `view`: the signature of its `set_view`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from ramie.graph import Filter, to_predicate
from ramie.graph.extend import iter_nodes


class ViewSetter:
    """The `set_view` of one node.

    Attributes:
        node: whose it is.
        method: the bound method.
        parameters: its parameters by name.
        names: those that can be passed by name, `**kwargs` left out.
    """

    def __init__(self, node: Any, method: Callable[..., Any]) -> None:
        """Read the signature."""
        self.node, self.method = node, method
        self.parameters: Mapping[str, inspect.Parameter]
        self.parameters = inspect.signature(method).parameters
        self.names = tuple(
            name
            for name, parameter in self.parameters.items()
            if parameter.kind is not parameter.VAR_KEYWORD
        )

    def use(self, arguments: Mapping[str, Any]) -> set[str]:
        """Call the method with what it takes of these; the names it had a use for."""
        takes_all = any(p.kind is p.VAR_KEYWORD for p in self.parameters.values())
        passed = {
            name: value
            for name, value in arguments.items()
            if takes_all or name in self.names
        }
        unused = self.method(**passed) if passed else None
        return passed.keys() - (unused or {}).keys()


def find_setters(root: Any, only: Filter) -> list[ViewSetter]:
    """The `set_view` of every selected node below and including a root."""
    select = to_predicate(only)
    return [
        ViewSetter(node, method)
        for path, node in iter_nodes(root)
        if callable(method := getattr(node, "set_view", None)) and select(path, node)
    ]

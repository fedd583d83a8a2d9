"""Calling a module with other parameters than it holds."""

from collections.abc import Mapping
from typing import Any

from ramie import graph
from ramie.module import Module
from ramie.variables import Variable

from .errors import ModuleTypeError

Path = tuple[Any, ...]


def check_module(place: str, argument: str, given: object) -> None:
    """Raise ModuleTypeError unless a module was given."""
    if not isinstance(given, Module):
        raise ModuleTypeError(place, argument, type(given).__name__, "Module")


def variables_of(module: Module, *filters: Any) -> list[tuple[Path, Variable[Any]]]:
    """The Variables of a module that all filters select, each once, by path."""
    selects = graph.to_predicate(graph.All(*filters))
    found = [
        (path, item)
        for path, item in graph.iter_graph(module, graph=True)
        if isinstance(item, Variable) and selects(path, item)
    ]
    return sorted(found, key=lambda entry: tuple(map(str, entry[0])))


def rewritten(module: Module, values: Mapping[Path, Any]) -> Any:
    """A copy of the module whose Variables at these paths have other values.

    A Variable that is shared has its other value wherever it is. All others are those
    of the module itself, so that statistics and random streams go on. The module is
    not written: it can be called like this where it belongs to an outer trace.
    """
    others = {
        id(variable): variable.replace(values[path])
        for path, variable in variables_of(module)
        if path in values
    }
    return graph.recursive_map(
        lambda _, item: others.get(id(item), item), module, graph=True
    )

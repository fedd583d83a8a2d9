"""Calling a module with other parameters than it holds."""

from collections.abc import Collection, Mapping
from typing import Any

import jax

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


def weights_of(
    module: Module, *filters: Any, known: Collection[Path] = ()
) -> list[tuple[Path, Any]]:
    """The values of the Variables of a module that all filters select, by path.

    A pure copy, such as `as_pure` makes, has arrays in place of Variables: of these,
    the ones that are known and those that filters select without seeing a Variable.
    """
    found = variables_of(module, *filters)
    if found or variables_of(module):
        return [(path, variable.get_value()) for path, variable in found]
    selects = graph.to_predicate(graph.All(*filters))
    return [
        (path, array)
        for path, array in _arrays_of(module)
        if path in known or selects(path, array)
    ]


def rewritten(module: Module, values: Mapping[Path, Any]) -> Any:
    """A copy of the module whose Variables at these paths have other values.

    A Variable that is shared has its other value wherever it is. All others are those
    of the module itself, so that statistics and random streams go on. The module is
    not written: it can be called like this where it belongs to an outer trace.
    """
    others = {
        id(item): item.replace(value) if isinstance(item, Variable) else value
        for path, item in (*variables_of(module), *_arrays_of(module))
        if (value := values.get(path)) is not None
    }
    return graph.recursive_map(
        lambda _, item: others.get(id(item), item), module, graph=True
    )


def _arrays_of(module: Module) -> list[tuple[Path, jax.Array]]:
    items = graph.iter_graph(module, graph=True)
    return [(path, item) for path, item in items if isinstance(item, jax.Array)]

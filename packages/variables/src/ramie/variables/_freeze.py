"""Frozen Variables: those that a program must not write."""

from typing import Any

from ramie.graph import to_predicate
from ramie.graph.extend import check_trace, view_of
from ramie.graph.typing import Filter

from ._hooks import FROZEN
from ._variable import Variable


def freeze(node: Any, filter: Filter = ..., /) -> None:
    """Freeze Variables: a write raises, and training passes them by.

    It is metadata, so it is part of the structure. Loading a state with `update`
    still fills frozen Variables.

    Args:
        node: a Variable, a module, or any container of them.
        filter: which ones; all, without it.

    Raises:
        TraceLevelError: a Variable belongs to another JAX trace.

    Example:
        >>> from ramie.variables import Param
        >>> model = {"body": Param(jnp.ones(2)), "head": Param(jnp.ones(2))}
        >>> freeze(model, lambda path, value: "body" in path)
        >>> is_frozen(model["body"]), is_frozen(model["head"])
        (True, False)
    """
    for variable in _selected(node, filter):
        if not is_frozen(variable):
            variable.set_metadata(FROZEN, True)


def unfreeze(node: Any, filter: Filter = ..., /) -> None:
    """Let frozen Variables be written again.

    Args:
        node: a Variable, a module, or any container of them.
        filter: which ones; all, without it.

    Raises:
        TraceLevelError: a Variable belongs to another JAX trace.
    """
    for variable in _selected(node, filter):
        if variable.has_metadata(FROZEN):
            variable.del_metadata(FROZEN)


def is_frozen(variable: Any) -> bool:
    """Whether something is a frozen Variable.

    Example:
        >>> from ramie.variables import Param
        >>> is_frozen(Param(1.0)), is_frozen(Param(1.0, frozen=True)), is_frozen(1.0)
        (False, True, False)
    """
    return isinstance(variable, Variable) and bool(
        variable.get_metadata(FROZEN, default=False)
    )


def _selected(node: Any, filter: Filter) -> list[Variable[Any]]:
    """The Variables that a filter selects, all of which may be changed now."""
    selects = to_predicate(filter)
    view = view_of(node)
    found = [
        (path, leaf)
        for path, leaf in zip(view.graphdef.paths, view.leaves, strict=True)
        if isinstance(leaf, Variable) and selects(path, leaf)
    ]
    for path, variable in found:
        check_trace(variable, path)
    return [variable for _, variable in found]

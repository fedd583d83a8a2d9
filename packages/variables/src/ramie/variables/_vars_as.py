"""A copy of a graph whose Variables keep their values in another way."""

import warnings
from typing import Any, TypeVar

from ramie.graph import find_duplicates, flatten, map, to_predicate
from ramie.graph.extend import is_cell, is_node
from ramie.graph.typing import Filter

from ._freeze import freeze, is_frozen, unfreeze
from ._variable import Variable
from .errors import HijaxError, SharedVariableError

T = TypeVar("T")


def with_vars(
    node: T,
    /,
    *,
    hijax: bool | None = None,
    ref: bool | None = None,
    mutable: bool | None = None,
    only: Filter = ...,
    allow_duplicates: bool = False,
) -> T:
    """A new graph, with new Variables in place of those that are kept otherwise.

    A Variable that is as asked for already, or that is not selected, is part of the
    new graph too; anything written into it shows in both graphs.

    Args:
        node: a module, a Variable, a state, or any container of Variables. It is left
            as it is.
        hijax: False, or left out.
        ref: whether the array is kept in a `jax.Ref`.
        mutable: False for frozen Variables, True for others; see `freeze`.
        only: which Variables, by the first path that leads to them.
        allow_duplicates: replace Variables also that several paths lead to. They
            are shared in the new graph as well.

    Raises:
        HijaxError: `hijax` is True.
        SharedVariableError: several paths lead to a Variable that would be replaced.
        RefValueError: `ref` is True, and a value no array.

    Example:
        >>> from ramie.variables import Param, with_vars
        >>> model = {"w": Param(jnp.ones(2)), "name": "m"}
        >>> in_refs = with_vars(model, ref=True)
        >>> in_refs["w"][0] = 5.0
        >>> in_refs["w"].ref, in_refs["w"].tolist(), model["w"].tolist()
        (True, [5.0, 1.0], [1.0, 1.0])
    """
    if hijax:
        raise HijaxError
    if not (is_cell(node) or is_node(node)):
        return node
    selects = to_predicate(only)
    new = {
        id(leaf): _replaced(leaf, ref, mutable)
        for path, leaf in flatten(node, graph=True)[1]
        if isinstance(leaf, Variable)
        and selects(path, leaf)
        and not _is_so(leaf, ref, mutable)
    }
    shared = find_duplicates(node, only=lambda _, value: id(value) in new)
    if shared and not allow_duplicates:
        raise SharedVariableError("with_vars()", shared)
    result: T = map(
        lambda _, leaf: new.get(id(leaf), leaf),
        node,
        graph=True,
        recreate_variables=False,
    )
    return result


def vars_as(
    node: T,
    /,
    *,
    hijax: bool | None = None,
    ref: bool | None = None,
    mutable: bool | None = None,
    only: Filter = ...,
    allow_duplicates: bool = False,
) -> T:
    """Deprecated: use the function `with_vars`, which takes the same arguments.

    Example:
        >>> from ramie.variables import Variable, with_vars
        >>> with_vars(Variable(1.0), ref=True).ref
        True
    """
    warnings.warn(
        "vars_as() is deprecated; call with_vars(). It will be removed in version 0.4.",
        DeprecationWarning,
        stacklevel=2,
    )
    return with_vars(
        node,
        hijax=hijax,
        ref=ref,
        mutable=mutable,
        only=only,
        allow_duplicates=allow_duplicates,
    )


def _is_so(variable: Variable[Any], ref: bool | None, mutable: bool | None) -> bool:
    return ref in (None, variable.ref) and mutable in (None, not is_frozen(variable))


def _replaced(
    variable: Variable[Any], ref: bool | None, mutable: bool | None
) -> Variable[Any]:
    """A Variable of the same type, value and metadata, but kept as asked for."""
    new = variable.replace() if ref is None else variable.replace(ref=ref)
    if mutable is True:
        unfreeze(new)
    elif mutable is False:
        freeze(new)
    return new

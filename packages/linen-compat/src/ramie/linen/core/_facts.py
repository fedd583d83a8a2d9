"""Facts: what a value is, so that it can be compared with another one later.

A compiled program is used again where the facts are the same: the types and values of
settings, the structure of containers, the code of functions made anew in each call.
"""

from collections.abc import Callable, Hashable
from functools import partial
from types import FunctionType
from typing import Any

import jax

from ._param_shapes import function_key


class FunctionFact:
    """A function, equal to others that compute the same.

    Args:
        function: the function.

    Raises:
        TypeError: what it closes over may change.
    """

    __slots__ = ("function", "key")

    def __init__(self, function: FunctionType) -> None:
        """Keep the function too: its key is about code that must stay alive."""
        self.function, self.key = function, function_key(function)
        hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FunctionFact) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def nothing_special(_: Any) -> None:
    """No value has facts of its own kind."""


def facts_of(
    value: Any, special: Callable[[Any], Hashable | None] = nothing_special
) -> Hashable:
    """What a value is, in a form that can be compared and hashed.

    Args:
        value: any value; of pytrees the facts of their parts are taken.
        special: the facts of values that it knows better, and None for others.

    Raises:
        TypeError: the value or a part has none, as arrays.
    """
    found = special(value)
    if found is not None:
        return found
    if type(value) is FunctionType:
        return _function_facts(value)
    if type(value) is partial:
        inside = value.func, value.args, value.keywords
        return partial, facts_of(inside, special)
    try:
        parts, treedef = jax.tree.flatten(value, is_leaf=lambda one: one is not value)
    except ValueError as error:  # Keys of a dict have no order.
        raise TypeError("No facts.") from error
    if len(parts) == 1 and parts[0] is value:
        hash(value)
        # Zeros of either sign are equal, and make other programs.
        return type(value), value, str(value) if type(value) is float else None
    hash(treedef)
    return treedef, *(facts_of(part, special) for part in parts)


def _function_facts(function: FunctionType) -> Hashable:
    try:
        return FunctionFact(function)
    except TypeError:
        return function

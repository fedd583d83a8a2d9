"""Nondiff: arguments of a `custom_vjp` that are not differentiated, or not wholly."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import jax

from ramie.graph import to_predicate
from ramie.graph.extend import is_object

from ._argument_options import argument_numbers, named_both_ways, parameter_names
from ._crossing import Crossing
from ._inputs import leaves_of
from ._specs import DiffState
from .errors import ArgumentOptionError, RuleArgumentError

NONDIFF = "nondiff_argnums"
"""How the user names them."""


def left_out(crossing: Crossing, filters: Mapping[int, Any]) -> set[int]:
    """The leaves that the filter for their argument does not select."""
    found: set[int] = set()
    for argnum, chosen in filters.items():
        selects = to_predicate(chosen)
        for path, leaf, number in leaves_of(crossing, argnum):
            if not selects(path, leaf):
                found.add(number)
    return found


def nondiff_arguments(fun: Callable[..., Any], given: Any) -> dict[int, Any]:
    """What `nondiff_argnums` has for each argument that it names."""
    specs = tuple(given) if isinstance(given, Iterable) else (given,)
    numbers = argument_numbers(
        NONDIFF,
        [each.argnum if isinstance(each, DiffState) else each for each in specs],
    )
    named_both_ways(fun, "nondiff", numbers)  # refuses what is out of range
    count = len(parameter_names(fun))
    found: dict[int, Any] = {}
    for number, spec in zip(numbers, specs, strict=True):
        position = number + count if number < 0 else number
        if position in found:
            raise ArgumentOptionError(NONDIFF, spec, "it names an argument again")
        found[position] = spec
    return found


def by_position(
    fun: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    least: int,
) -> tuple[Any, ...]:
    """All arguments by position, as rules take them.

    Raises:
        ArgumentOptionError: there are fewer than `nondiff_argnums` speaks of.
    """
    if not kwargs and len(args) >= least:
        return args
    bound = inspect.signature(fun).bind(*args, **kwargs)
    bound.apply_defaults()
    if (count := len(bound.args)) < least:
        why = f"the call has {count} positional arguments"
        raise ArgumentOptionError(NONDIFF, least - 1, why)
    return bound.args


def refuse_objects(argnum: int, value: Any) -> None:
    """Raise RuleArgumentError if a static argument holds an object."""
    for leaf in jax.tree.leaves(value, is_leaf=is_object):
        if is_object(leaf):
            raise RuleArgumentError(argnum, type(leaf).__name__)

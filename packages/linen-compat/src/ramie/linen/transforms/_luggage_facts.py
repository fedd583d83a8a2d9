"""What the modules of some luggage are, wherever in a model they are.

Settings count, and what a module knows of the names it has given. Names and parents of
modules that have a scope do not: layers that are alike share a compiled program.
"""

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from ..core import Variable
from ..core._facts import facts_of
from ..module import Module
from ..module._state import running

if TYPE_CHECKING:
    from ._luggage import Luggage


def luggage_facts(luggage: "Luggage") -> Hashable:
    """What a program of the modules depends on besides their scopes.

    Raises:
        TypeError: a field cannot be compared with that of another module, or there
            are interceptors, which want to see each call.
    """
    if running.interceptors:
        raise TypeError("Interceptors.")
    scopes = {scope: number for number, scope in enumerate(luggage.outer)}
    seen: dict[int, int] = {}

    def special(value: Any) -> Hashable | None:
        if isinstance(value, Variable):
            at = scopes[value.scope], value.collection, value.name
            return Variable, at, value.unbox
        if isinstance(value, Module):
            return module_facts(value, type(value))
        return None

    def module_facts(module: Any, kind: Any) -> Hashable:
        if id(module) in seen:
            return Module, seen[id(module)]
        seen[id(module)] = len(seen)
        fields = [getattr(module, name) for name in kind._field_names]
        if module.scope is None:
            return kind, module.name, facts_of(fields, special)
        return kind, scopes[module.scope], facts_of(fields, special)

    module = module_facts(luggage.module, luggage.kind)
    return module, _names_given(luggage.module._state), facts_of(luggage.held, special)


def _names_given(state: Any) -> Hashable:
    """What a module knows of names, for a function that goes on giving some."""
    return (
        state.in_compact,
        state.compact_method,
        state.in_setup,
        state.name_scope and state.name_scope.name,
        tuple(sorted(state.cursors.items())),
        tuple(sorted(state.makers.items())),
    )

"""Making Variables: from what a user gave, or from what one stores.

It does not know the class Variable, which is built on this.
"""

from collections.abc import Mapping
from typing import Any

import jax

from ._defaults import current as defaults
from ._described import (
    EMPTY,
    Described,
    checked,
    fitting,
    set_metadata_slot,
    set_page,
    set_raw,
    set_rules,
)
from ._hooks import for_all, pass_through, rules_of
from ._initial import unwrapped
from ._refs import InRef, ready
from ._twins import twin_of

ordinary: set[type] = set()
"""Types of values that are stored as they are. They are few and live long."""


def set_up(
    variable: Any, value: Any, metadata: Mapping[str, Any], ref: bool | None
) -> None:
    """Do what the constructor does, for all that is out of the ordinary."""
    cls: Any = type(variable)
    if type(value) not in ordinary:
        value, metadata, ref = _taken_apart(value, metadata, ref)
    metadata = checked(cls, metadata) if metadata else EMPTY
    if issubclass(cls, InRef) or (defaults.get().ref if ref is None else ref):
        cls = twin_of(cls, InRef)
        object.__setattr__(variable, "__class__", cls)
        value = ready(variable, value)
    rules = rules_of(cls, metadata)
    if rules is not None and rules.get:
        object.__setattr__(variable, "__class__", fitting(cls, rules))
    set_raw(variable, value)
    set_page(variable, None)
    set_metadata_slot(variable, metadata)
    set_rules(variable, rules)
    if metadata or rules is not None:
        _create_value(variable)


def _taken_apart(
    value: Any, metadata: Mapping[str, Any], ref: bool | None
) -> tuple[Any, Mapping[str, Any], bool | None]:
    """What a value holds that is more than a value, and what follows from it."""
    value, metadata = unwrapped(value, metadata)
    if issubclass(type(value), Described):
        value = value.get_value()
    elif isinstance(value, jax.Ref):
        if ref is False:
            value = value[...]
        ref = ref is None or ref
    elif not isinstance(value, jax.core.Tracer):  # a ref may be one
        ordinary.add(type(value))
    return value, metadata, ref


def _create_value(variable: Any) -> None:
    """Let all who have a say change the first value."""
    first = value = variable._content()
    rules = variable._rules
    if rules is not None:
        value = variable.create_value(value)
        value = pass_through(rules.create, "on_create_value", variable, value)
    if variable._metadata:
        for hook in for_all["on_create_value"]:
            value = hook(variable, value)
    if value is not first:
        set_raw(variable, ready(variable, value) if variable.ref else value)


def make(cls: Any, stored: Any, metadata: Mapping[str, Any]) -> Any:
    """A Variable of what it stores and its metadata, as fast as can be."""
    rules = rules_of(cls, metadata) if metadata else cls._class_rules
    if rules is not None and rules.get:
        cls = fitting(cls, rules)
    new: Any = cls.__new__(cls)
    set_raw(new, stored)
    set_page(new, None)
    set_metadata_slot(new, metadata)
    set_rules(new, rules)
    return new


def made(cls: Any, content: Any, metadata: Mapping[str, Any], ref: bool) -> Any:
    """A Variable of a content and its metadata, in a ref or not; no `__init__`."""
    if not ref:
        content = content[...] if isinstance(content, jax.Ref) else content
        return make(cls, content, metadata or EMPTY)
    new = make(twin_of(cls, InRef), None, metadata or EMPTY)
    set_raw(new, ready(new, content))
    return new

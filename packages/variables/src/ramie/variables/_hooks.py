"""Hooks: functions that a Variable calls when its value is made, read or written.

They are metadata, so they are part of the structure and travel with copies, and a
subclass may have them as methods. What a Variable has to do beyond holding a value
is worked out once, as its `Rules`; an ordinary Variable has none, and costs nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from .errors import HookTypeError, UnknownHookError

Hook: TypeAlias = Callable[..., Any]
Hooks: TypeAlias = tuple[Hook, ...]

MOMENTS = (
    "on_create_value",
    "on_get_value",
    "on_set_value",
    "on_add_axis",
    "on_remove_axis",
)
"""The moments by name. `(variable, value) → value`, or `(variable, axis, name)`."""

EARLY_NAMES = {
    "create_value_hooks": "on_create_value",
    "get_value_hooks": "on_get_value",
    "set_value_hooks": "on_set_value",
    "add_axis_hooks": "on_add_axis",
    "remove_axis_hooks": "on_remove_axis",
}
FROZEN = "frozen"
"""The metadata that says that a Variable is not to be written."""
KEEPS_TYPE = "keeps_type"
"""The metadata that says that a write must have the shape and dtype that are there."""

_MAKES_RULES = frozenset((*MOMENTS, FROZEN, KEEPS_TYPE))


@dataclass(frozen=True, slots=True)
class Rules:
    """What a Variable has to do beyond holding a value."""

    create: Hooks = ()
    get: Hooks = ()
    set: Hooks = ()
    add_axis: Hooks = ()
    remove_axis: Hooks = ()
    frozen: bool = False
    keeps_type: bool = False


for_all: dict[str, list[Hook]] = {"on_create_value": []}
"""What this package does itself, for every new Variable with metadata."""


def rules_of(cls: type, metadata: Mapping[str, Any]) -> Rules | None:
    """What a Variable of this class and metadata has to do; None if nothing.

    Metadata goes before a method of the class.
    """
    of_class: Rules | None = getattr(cls, "_class_rules", None)
    if _MAKES_RULES.isdisjoint(metadata):
        return of_class
    of_class = of_class or Rules()
    return Rules(
        metadata.get("on_create_value", of_class.create),
        metadata.get("on_get_value", of_class.get),
        metadata.get("on_set_value", of_class.set),
        metadata.get("on_add_axis", of_class.add_axis),
        metadata.get("on_remove_axis", of_class.remove_axis),
        bool(metadata.get(FROZEN, False)),
        bool(metadata.get(KEEPS_TYPE, False)),
    )


def class_rules(cls: type, always: bool) -> Rules | None:
    """What methods of a class ask for; None if nothing, unless `always`."""
    found = [getattr(cls, name, None) for name in MOMENTS]
    if not always and not any(found):
        return None
    methods: list[Any] = [(method,) if method else () for method in found]
    return Rules(*methods)


def normalised(type_name: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata with hooks as tuples under today's names, and no empty ones.

    Raises:
        UnknownHookError: a name looks like that of a hook and is none.
        HookTypeError: a hook cannot be called, or not be hashed.
    """
    found: dict[str, Any] = {}
    for name, value in metadata.items():
        moment = EARLY_NAMES.get(name, name)
        if moment in MOMENTS:
            found[moment] = (*found.get(moment, ()), *_as_hooks(type_name, name, value))
        elif _looks_like_a_hook(name):
            raise UnknownHookError(type_name, name, MOMENTS)
        else:
            found[name] = value
    return {k: v for k, v in found.items() if k not in MOMENTS or v}


def _looks_like_a_hook(name: str) -> bool:
    return name.endswith("_hooks") or (
        name.startswith("on_") and name.endswith(("_value", "_axis"))
    )


def _as_hooks(type_name: str, name: str, value: Any) -> Hooks:
    hooks = (value,) if callable(value) else value
    if not isinstance(hooks, Iterable):
        raise HookTypeError(type_name, name, type(value).__name__)
    hooks = tuple(hooks)
    for hook in hooks:
        if not callable(hook) or type(hook).__hash__ is None:
            raise HookTypeError(type_name, name, type(hook).__name__)
    return hooks


def pass_through(hooks: Hooks, moment: str, variable: Any, value: Any) -> Any:
    """What becomes of a value when each hook has had its turn."""
    for hook in hooks:
        try:
            value = hook(variable, value)
        except Exception as error:
            _name_the_place(error, hook, moment, variable)
            raise
    return value


def tell(hooks: Iterable[Hook], moment: str, variable: Any, *facts: Any) -> None:
    """Call each hook with some facts; what they return does not matter."""
    for hook in hooks:
        try:
            hook(variable, *facts)
        except Exception as error:
            _name_the_place(error, hook, moment, variable)
            raise


def _name_the_place(error: Exception, hook: Hook, moment: str, variable: Any) -> None:
    # A note and no class of its own: who catches what a hook raises still does.
    name = getattr(hook, "__qualname__", repr(hook))
    error.add_note(
        f"Raised by {name}, a hook for {moment} of a {type(variable).__name__}. "
        f"Nothing was written."
    )

"""What `apply` and its kin are given, and how long it lasts."""

from collections.abc import Mapping
from typing import Any

from ._base import FlaxError, show_scope


class InvalidRngError(FlaxError, ValueError):
    """A random key was needed and not given, or something else was given for one."""

    def __init__(self, msg: str) -> None:
        """Say what the caller says."""
        super().__init__(msg)


class InvalidFilterError(FlaxError, TypeError):
    """A filter of collections is none."""

    def __init__(self, filter_like: Any) -> None:
        """Keep what was given."""
        super().__init__(
            f"{filter_like!r} is no filter of collections. Give True for all, False "
            f"for none, a name, a list of names, or DenyList(names) for all others."
        )
        self.filter_like = filter_like


class InvalidScopeError(FlaxError, ValueError):
    """A scope, or the module it belongs to, was used after its time."""

    def __init__(self, scope_name: object) -> None:
        """Keep the path of the scope."""
        super().__init__(
            f"The scope {show_scope(scope_name)} is over: init() or apply() that made "
            f"it has returned. Do not keep modules from inside of a call; use "
            f"module.bind(variables) for a module that lives on."
        )
        self.scope_name = scope_name


class TraceContextError(FlaxError):
    """Something of one trace was used in another."""


class JaxTransformError(TraceContextError, ValueError):
    """A module was used inside of a JAX transform that it is not part of."""

    def __init__(self, col: str = "", name: str = "", scope_path: object = ()) -> None:
        """Keep the variable that would leak."""
        what = f"{col}/{name} of {show_scope(scope_path)}" if name else "a variable"
        super().__init__(
            f"{what} was written inside of a transform of JAX that began after the "
            f"module was bound, and would leak a tracer. Use the transform of this "
            f"package (nn.jit, nn.vmap, nn.scan, ...), or transform a function that "
            f"calls module.apply()."
        )
        self.col, self.name, self.scope_path = col, name, scope_path


class ApplyScopeInvalidVariablesTypeError(FlaxError, TypeError):
    """The variables given to `apply` or `bind` are no collections."""

    def __init__(self, given: str = "something else") -> None:
        """Keep what was given."""
        super().__init__(
            f"Variables are a dict of collections, each a dict; this is {given}. Pass "
            f"what init() returned, or {{'params': params}} if you have the "
            f"parameters alone."
        )
        self.given = given


class ApplyScopeInvalidVariablesStructureError(FlaxError, ValueError):
    """The collection `params` holds another collection `params`."""

    def __init__(self, variables: Any) -> None:
        """Keep the names of the collections."""
        names = ", ".join(map(repr, variables))
        super().__init__(
            f"The collection 'params' holds a 'params' of its own (collections given: "
            f"{names}), so all variables were given as parameters. Pass variables as "
            f"init() returned them, not {{'params': variables}}."
        )
        self.variables = tuple(variables)


def describe(variables: object) -> str:
    """What was given for variables, in words."""
    if isinstance(variables, Mapping):
        odd = {k: v for k, v in variables.items() if not isinstance(v, Mapping)}
        shown = ", ".join(f"{k!r}: {type(v).__name__}" for k, v in odd.items())
        return f"a dict with entries that are no collections ({shown})"
    return f"a {type(variables).__name__}"

"""What a module knows of its own life, and the modules that are running now."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..core import Scope
    from ._module import Module


class Unspecified:
    """No parent was given: the module that is running becomes the parent."""

    def __copy__(self) -> "Unspecified":
        return self

    def __deepcopy__(self, memo: Any) -> "Unspecified":
        return self

    def __reduce__(self) -> str:
        return "unspecified"

    def __repr__(self) -> str:
        return "<the module that is running>"


unspecified = Unspecified()


class ModuleState:
    """Where a module is in its life.

    Attributes:
        in_compact: whether one of its compact methods is running.
        in_setup: whether its setup is.
        is_set_up: whether that has begun.
        is_copy: whether nobody else holds this module, so that it may be adopted.
        cursors: for each type of submodule, how many have names.
        children: its submodules by name.
        name_scope: where submodules go in a method with a scope of its own.
        makers: for each automatic name, the compact method that gave it.
        compact_method: the outermost one that is running.
    """

    __slots__ = (
        "children",
        "compact_method",
        "cursors",
        "in_compact",
        "in_setup",
        "is_copy",
        "is_set_up",
        "makers",
        "name_scope",
    )

    def __init__(self) -> None:
        """Begin."""
        self.in_compact = self.in_setup = self.is_set_up = self.is_copy = False
        self.cursors: dict[str, int] = {}
        self.children: dict[str, Any] = {}
        self.name_scope: Scope | None = None
        self.makers: dict[str, str] = {}
        self.compact_method = ""


class Running(threading.local):
    """What runs in this thread.

    Attributes:
        modules: those with a method that is running, the innermost last.
        interceptors: those that are registered, the innermost last.
        named_calls: whether calls get names in profiles.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.modules: list[Module] = []
        self.interceptors: list[Callable[..., Any]] = []


running = Running()

"""What is running: bridge modules with a method that runs, and the call they run in."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ramie.module import Pytree, Rngs

from ..core import CollectionFilter
from ._convert import Path

if TYPE_CHECKING:
    from ._module import Module


class Scope(Pytree):
    """What the modules of one call have in common.

    Args:
        rngs: the random keys.
        mutable: a filter of the collections that may change.

    Example:
        >>> from ramie.linen import bridge
        >>> from ramie.module import Rngs
        >>> bridge.Scope(Rngs(0), "batch_stats").copy().mutable
        'batch_stats'
    """

    def __init__(self, rngs: Rngs, mutable: CollectionFilter) -> None:
        """Keep both."""
        self.rngs = rngs
        self.mutable = mutable

    def copy(self) -> "Scope":
        """Another scope of the same keys and collections."""
        return Scope(self.rngs, self.mutable)


@dataclass
class ModuleStackEntry:
    """A module with a method that runs.

    Attributes:
        module: the module.
        in_compact: whether submodules that are made join the module.
        type_counter: how many submodules of each type have got a name.
    """

    module: "Module"
    in_compact: bool
    type_counter: dict[str, int] = field(default_factory=dict)


@dataclass
class Call:
    """One call of `init` or `apply`.

    Attributes:
        given: the variables, by path of all collections together.
        scope: keys, and which collections may change.
        initialising: whether it is `init`.
        is_set_up: the paths of the modules whose setup has run.
    """

    given: Mapping[Path, Any]
    scope: Scope
    initialising: bool
    is_set_up: set[Path] = field(default_factory=set)

    def below(self, path: Path) -> dict[Path, Any]:
        """The variables below a path, by the rest of theirs."""
        end = len(path)
        return {p[end:]: v for p, v in self.given.items() if p[:end] == path}


class Running(threading.local):
    """What runs in this thread."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.stack: list[ModuleStackEntry] = []
        self.calls: list[Call] = []


running = Running()


@contextmanager
def entered(module: "Module", in_compact: bool) -> Iterator[ModuleStackEntry]:
    """Note that a method of a module runs."""
    outer = running.stack[-1] if running.stack else None
    entry = ModuleStackEntry(module, in_compact)
    if outer is not None and outer.module is module and outer.in_compact:
        # A method that a compact one calls goes on with its names.
        entry = ModuleStackEntry(module, True, outer.type_counter)
    running.stack.append(entry)
    try:
        yield entry
    finally:
        running.stack.pop()


def current_context() -> ModuleStackEntry | None:
    """The innermost bridge module with a method that runs, and what it knows.

    Example:
        >>> from ramie.linen import bridge
        >>> bridge.current_context() is None
        True
    """
    return running.stack[-1] if running.stack else None


def current_module() -> "Module | None":
    """The innermost bridge module with a method that runs.

    Example:
        >>> from ramie.linen import bridge
        >>> bridge.current_module() is None
        True
    """
    return running.stack[-1].module if running.stack else None

"""Watch: which methods of which modules run, with what, and what they return.

A watched module is of a type of its own, like a recorded one, and carries its path, so
that it is known again when a transform rebuilds it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from types import FunctionType
from typing import Any

from .._containers import Dict, List
from .._iterate import Path, iter_modules
from .._module import Module
from .._recording import subtype
from ._calls import CallInfo, shapes_of
from ._flops import Cost
from ._tree_text import show_tree

PLACE = "__watched_place__"
WATCHED = "__watched_type__"


@dataclass(frozen=True, eq=False)
class Place:
    """Where a watched module is. It equals itself alone.

    So a function that was compiled while another table was made is traced again, and
    what it calls is seen.
    """

    path: Path
    number: int
    type: type


class Watch:
    """The first call of each method, as long as this is active.

    Args:
        costs: whether to keep what is needed to ask for the cost of a call.
    """

    def __init__(self, *, costs: bool) -> None:
        """Know of no call yet."""
        self._costs = costs
        self._begun: set[Path] = set()
        self.calls: list[tuple[CallInfo, Cost | None]] = []
        """Calls in the order in which they began, each with its cost if wanted."""

    def __enter__(self) -> Watch:
        """Watch."""
        self._token = _active.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        """Watch no longer."""
        _active.reset(self._token)
        self.calls.sort(key=lambda call: call[0].call_order)

    def run(
        self, module: Any, name: str, method: Any, args: tuple[Any, ...], kwargs: Any
    ) -> Any:
        """Run a method, and note it if it is the first time."""
        place: Place = module.__dict__[PLACE]
        path = place.path if name == "__call__" else (*place.path, name)
        hidden = name.startswith("_") and name != "__call__" and bool(self._begun)
        if hidden or path in self._begun:
            return method(module, *args, **kwargs)
        order = len(self._begun)
        self._begun.add(path)
        inputs = _show_arguments(args, kwargs)
        cost = Cost(method, module, args, kwargs) if self._costs else None
        out = method(module, *args, **kwargs)
        info = CallInfo(
            order, place.number, place.type, path, inputs, shapes_of(out), None, None
        )
        self.calls.append((info, cost))
        return out


_active: ContextVar[Watch | None] = ContextVar("ramie_watch", default=None)


def let_watch(root: Module) -> None:
    """Let all modules below a root be watched. It should be a copy: it stays so."""
    for number, (path, module) in enumerate(iter_modules(root, graph=True)):
        # A plain List has no methods of interest; a Dict has no attributes.
        if type(module) is List or isinstance(module, Dict):
            continue
        cls = type(module)
        object.__setattr__(module, "__class__", _watched_type(module))
        module.__dict__[PLACE] = Place(path, number, cls)


def _watched_type(module: Module) -> type[Module]:
    cls = type(module)
    made: type[Module] | None = cls.__dict__.get(WATCHED)
    if made is None:
        compiled = {name: _watched(name, each) for name, each in _transformed(cls)}
        made = subtype(module, compiled, _watched)
        setattr(cls, WATCHED, made)
    return made


def _transformed(cls: type[Module]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The methods that are no functions: what `@jit` and the like make of one."""
    for name in dir(cls):
        # Any class can be called, to make an instance.
        if hasattr(Module, name) and name != "__call__":
            continue
        method = inspect.getattr_static(cls, name)
        plain = (FunctionType, type, staticmethod, classmethod)
        binds = callable(method) and hasattr(method, "__get__")
        if binds and not isinstance(method, plain):
            yield name, method


def _watched(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
        watch = _active.get()
        if watch is None or PLACE not in self.__dict__:
            return method(self, *args, **kwargs)
        return watch.run(self, name, method, args, kwargs)

    return watched


def _show_arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """The one argument, or a list of all."""
    if len(args) == 1 and not kwargs:
        return show_tree(shapes_of(args[0]))
    parts = [show_tree(shapes_of(each)) for each in (args, kwargs) if each]
    return "\n".join(parts)

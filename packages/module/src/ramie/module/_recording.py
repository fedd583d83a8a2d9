"""Recording types: what a module is an instance of while it is captured.

A recording type is a subclass with the same name, whose methods say that they run
and what they return. A module changes its type for as long as it is captured, so
nobody else pays; and since the type is part of a module's structure, a transform
never takes a program traced without capturing for one with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from itertools import takewhile
from types import FunctionType
from typing import Any

import jax
import numpy as np

from ramie.graph.extend import content_of, is_object

from ._containers import Dict, List
from ._module import Module
from ._sow import OUTPUTS, SLOTS, append, running, sow_into

ORIGINAL = "__recorded_type__"
RECORDING = "__recording_type__"


def recording_type(module: Module) -> type[Module]:
    """The recording type for the type of a module; made once, kept by the type."""
    cls = type(module)
    if original_type(cls) is not None:
        return cls
    known: type[Module] | None = cls.__dict__.get(RECORDING)
    if known is not None:
        return known
    made = subtype(module, {ORIGINAL: cls}, _recorded)
    setattr(cls, RECORDING, made)
    return made


def subtype(
    module: Module,
    facts: Mapping[str, Any],
    wrap: Callable[[str, Callable[..., Any]], Callable[..., Any]],
) -> type[Module]:
    """A new type like that of a module, each of whose methods is wrapped.

    Args:
        module: it may become an instance of the new type.
        facts: attributes of the new type.
        wrap: called with the name of a method and the method.
    """
    cls = type(module)
    namespace = {
        "__slots__": (),
        "__doc__": cls.__doc__,
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        **facts,
        **{name: wrap(name, method) for name, method in _methods(cls)},
    }
    is_leaf = jax.tree_util.all_leaves([module])
    metaclass: Any = type(cls)
    made: type[Module] = metaclass(
        cls.__name__, (_Quiet, cls), namespace, pytree=not is_leaf
    )
    return made


def original_type(cls: type) -> type | None:
    """The type that a recording type stands for; None for any other type."""
    original: type | None = cls.__dict__.get(ORIGINAL)
    return original


class _Quiet:
    """First base of recording types: keeps users' `__init_subclass__` out of it."""

    __slots__ = ()

    def __init_subclass__(cls, *, pytree: bool) -> None:
        # It is a subclass of Module, which mypy cannot see.
        super(Module, cls).__init_subclass__(pytree=pytree)  # type: ignore[misc]


def _methods(cls: type[Module]) -> Iterator[tuple[str, FunctionType]]:
    """The methods that a type has beyond those of Module, List and Dict."""
    found: dict[str, Any] = {}
    for base in takewhile(lambda base: base is not Module, cls.__mro__):
        if base not in (List, Dict):
            for name, value in vars(base).items():
                found.setdefault(name, value)
    for name, value in found.items():
        special = name.startswith("__") and name != "__call__"
        if isinstance(value, FunctionType) and not special:
            yield name, value


def _recorded(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    """A method that says that it runs and what it returns."""

    @wraps(method)
    def recorded(self: Any, *args: Any, **kwargs: Any) -> Any:
        if SLOTS not in self.__dict__:
            return method(self, *args, **kwargs)
        token = running.set(self)
        try:
            out = method(self, *args, **kwargs)
        finally:
            running.reset(token)
        _sow_output(self, name, out)
        return out

    return recorded


def _sow_output(module: Any, name: str, out: Any) -> None:
    for slot in module.__dict__.get(SLOTS, ()):
        if slot.has_metadata(OUTPUTS):
            value = jax.tree.map(content_of, out, is_leaf=ends_here)
            leaves = jax.tree.leaves(value, is_leaf=ends_here)
            if leaves and all(map(_is_array, leaves)):
                sow_into(module, type(slot), name, value, append, tuple)


def ends_here(value: Any) -> bool:
    """JAX looks into modules, and warns when it meets an iterator."""
    return is_object(value) or isinstance(value, Iterator)


def _is_array(value: Any) -> bool:
    return isinstance(value, (jax.Array, np.ndarray, np.generic))

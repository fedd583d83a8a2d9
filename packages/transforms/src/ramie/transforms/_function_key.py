"""Function keys: functions with one key trace to the same program.

JAX remembers traces by the identity of a function, so a lambda that is made anew for
each call is traced anew, and one that reads a changed global is not. A key is made of
what a trace depends on: the code, and what it closes over or finds among the globals
of its file. Constants are part of the key. Arrays and objects are *captured*: their
place is part of the key, and a program takes them as inputs. A function that reaches
anything else has no key, and is traced for each call.
"""

from __future__ import annotations

import enum
import functools
import sys
from collections.abc import Callable, Hashable, Sequence
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import jax
import numpy as np

from ramie.graph.extend import is_node, is_object

from ._parts import parts_of

CONSTANTS = (
    *(type(None), bool, int, float, complex, str, bytes, type(Ellipsis)),
    *(np.dtype, np.generic),
)
CONTAINERS = tuple, list, dict
MOST_PARTS = 2000
"""How many values are looked at; functions that reach more have no key."""


class Changeable(Exception):  # noqa: N818 (it is a signal, not an error)
    """A function reaches something that may change unseen."""


class FunctionKeys:
    """The keys of some functions, and what they reach that is no constant.

    Args:
        funs: the functions.

    Attributes:
        keys: equal for functions that trace alike, whatever is captured.
        captured: the arrays and objects.
        reaching: the ids of all values on the way there.

    Raises:
        Changeable: there is no key.
    """

    def __init__(self, funs: Sequence[Callable[..., Any]]) -> None:
        """Walk through all that the functions reach."""
        self.captured: list[Any] = []
        self.reaching: set[int] = set()
        self._numbers: dict[int, int] = {}
        self._met: dict[int, int] = {}
        self._open: set[int] = set()
        self._touched, self._left = 0, MOST_PARTS
        self.keys = tuple(map(self._of_function, funs))

    def _of_function(self, fun: Callable[..., Any]) -> Hashable:
        self._home = home_of(fun)
        try:
            return self._key(fun)
        except ValueError:  # a name that has no value yet
            raise Changeable from None

    def _key(self, value: Any) -> Hashable:
        if isinstance(value, CONSTANTS):
            # 1, 1.0 and True are equal, but trace to different programs; so do zeros.
            return type(value), value, repr(value) if type(value) is float else None
        if isinstance(value, (type, ModuleType, BuiltinFunctionType)):
            return value
        if is_captured(value):
            self._touched += 1
            number = self._numbers.setdefault(id(value), len(self.captured))
            if number == len(self.captured):
                self.captured.append(value)
            return is_captured, number
        if id(value) in self._met:
            # Of a value that is part of itself nobody knows yet.
            self._touched += id(value) in self._open or id(value) in self.reaching
            return FunctionKeys, self._met[id(value)]
        is_at_home = getattr(value, "__globals__", None) is self._home
        if not (is_at_home and isinstance(value, FunctionType)) and _is_importable(
            value
        ):
            importable: Hashable = value
            return importable
        return self._of_parts(value)

    def _of_parts(self, value: Any) -> Hashable:
        parts = parts_of(value, self._home)
        if parts is None:
            if is_constant(value):
                constant: Hashable = value
                return constant
            raise Changeable
        self._left -= len(parts.children)
        if self._left < 0:
            raise Changeable
        before = self._touched
        if not isinstance(value, tuple):  # equal tuples may be one
            self._met[id(value)] = len(self._met)
            self._open.add(id(value))
        children = tuple(map(self._key, parts.children))
        self._open.discard(id(value))
        if self._touched != before:
            self.reaching.add(id(value))
        return parts.static, children


def function_key(fun: Callable[..., Any]) -> Hashable | None:
    """The key of a function; None if it may trace to another program next time.

    Example:
        >>> def double(n):
        ...     return lambda x: n * x
        >>> function_key(double(2)) == function_key(double(2))
        True
        >>> function_key(double(2)) == function_key(double(3))
        False
        >>> function_key(double(jnp.ones(2))) is None
        True
    """
    try:
        found = FunctionKeys((fun,))
    except Changeable:
        return None
    return None if found.captured else found.keys[0]


def home_of(fun: Any) -> Any:
    """The globals of the function that others are wrapped around."""
    while True:
        if isinstance(fun, functools.partial):
            fun = fun.func
        elif isinstance(fun, MethodType):
            fun = fun.__func__
        elif hasattr(fun, "__wrapped__"):
            fun = fun.__wrapped__
        else:
            return getattr(fun, "__globals__", None)


def is_captured(value: Any) -> bool:
    """Whether a value is an input of a program: an array, a module, a Variable."""
    if isinstance(value, (jax.Array, np.ndarray)) or is_object(value):
        return True
    return not isinstance(value, CONTAINERS) and is_node(value)


def is_constant(value: Any) -> bool:
    """Whether a value is what it equals, and says so by its hash."""
    if isinstance(value, frozenset):
        return all(isinstance(item, CONSTANTS) for item in value)
    if isinstance(value, enum.Enum) or type(value) is object:
        return True
    cls: Any = type(value)
    if cls.__eq__ is object.__eq__ or cls.__hash__ is object.__hash__:
        return False
    return isinstance(value, Hashable) and not callable(value)


def _is_importable(value: Any) -> bool:
    """Whether this is a function of some module, such as `jax.nn.relu`."""
    if not callable(value) or not isinstance(value, Hashable):
        return False
    if getattr(value, "__closure__", None):
        return False
    module = sys.modules.get(getattr(value, "__module__", None) or "")
    name = getattr(value, "__qualname__", "")
    return module is not None and getattr(module, name, None) is value

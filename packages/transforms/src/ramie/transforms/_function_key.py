"""Function keys: two functions with one key trace to the same program.

JAX remembers traces by the identity of a function, so a lambda that is made anew for
each call is traced anew, and one that reads a changed global is not. A key is made of
what a trace depends on: the code, and the constants it closes over or finds among
the globals of its file. A function that reaches anything that may change (an array, a
module, a list) has no key, and is traced for each call.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Hashable, Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

CONSTANTS = (
    *(type(None), bool, int, float, complex, str, bytes, type(Ellipsis)),
    *(np.dtype, np.generic),
)


class _Changeable(Exception):  # noqa: N818 (it is a signal, not an error)
    """The function reaches something that may change."""


class Function:
    """A function that is equal to every other with the same key.

    Attributes:
        fun: the function.
        key: what a trace of it depends on.
    """

    __slots__ = ("_hash", "fun", "key")

    def __init__(self, fun: Callable[..., Any], key: Hashable) -> None:
        """Hash the key once."""
        self.fun, self.key = fun, key
        self._hash = hash(key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Function) and self.key == other.key


def function_key(fun: Callable[..., Any]) -> Hashable | None:
    """The key of a function, or None if it may trace to another program next time.

    Example:
        >>> def double(n):
        ...     return lambda x: n * x
        >>> function_key(double(2)) == function_key(double(2))
        True
        >>> function_key(double(2)) == function_key(double(3))
        False
        >>> function_key(double([2])) is None
        True
    """
    inner: Any = fun
    while isinstance(inner, functools.partial):
        inner = inner.func
    try:
        return _key(fun, getattr(inner, "__globals__", None), {})
    except _Changeable:
        return None


def _key(value: Any, home: dict[str, Any] | None, met: dict[int, int]) -> Hashable:
    """The key of anything that a function reaches; raise if it may change."""
    if isinstance(value, CONSTANTS):
        # 1, 1.0 and True are equal, but trace to different programs; so do the zeros.
        return type(value), value, repr(value) if isinstance(value, float) else None
    if isinstance(value, (type, ModuleType, BuiltinFunctionType)):
        return value
    if isinstance(value, tuple):
        return (type(value), *(_key(item, home, met) for item in value))
    if isinstance(value, functools.partial):
        parts = value.func, value.args, tuple(value.keywords), *value.keywords.values()
        return tuple(_key(part, home, met) for part in parts)
    if isinstance(value, FunctionType) and value.__globals__ is home:
        if id(value) in met:  # it calls itself
            return met[id(value)]
        met[id(value)] = len(met)
        return _function(value, met)
    if _is_importable(value):
        importable: Hashable = value
        return importable
    raise _Changeable


def _function(fun: FunctionType, met: dict[int, int]) -> Hashable:
    home = fun.__globals__
    names = [name for name in _names(fun.__code__) if name in home]
    keywords = fun.__kwdefaults__ or {}
    try:
        closed = tuple(cell.cell_contents for cell in fun.__closure__ or ())
    except ValueError:  # a name that has no value yet
        raise _Changeable from None
    reached = (
        *(fun.__defaults__ or (), tuple(keywords), tuple(keywords.values())),
        *(closed, *(home[name] for name in names)),
    )
    parts = tuple(_key(part, home, met) for part in reached)
    return fun.__code__, id(home), tuple(names), parts


def _names(code: CodeType) -> Iterator[str]:
    """The globals that a code may read, and the code inside it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _is_importable(value: Any) -> bool:
    """Whether this is a function of some module, such as `jax.nn.relu`."""
    if not isinstance(value, Hashable) or not callable(value):
        return False
    if getattr(value, "__closure__", None):
        return False
    module = sys.modules.get(getattr(value, "__module__", None) or "")
    name = getattr(value, "__qualname__", "")
    return module is not None and getattr(module, name, None) is value

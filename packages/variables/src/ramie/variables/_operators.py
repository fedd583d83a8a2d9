"""The operators of an array, for a Variable: one table, one loop.

An operator reads the value and returns what the array's operator returns, which is
an array. An in-place operator writes the result back into the Variable.
"""

import math
import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from .errors import AbstractValueError

BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "matmul": operator.matmul,
    "truediv": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "pow": pow,
    "lshift": operator.lshift,
    "rshift": operator.rshift,
    "and": operator.and_,
    "xor": operator.xor,
    "or": operator.or_,
}
"""Operators that have a reflected and an in-place form."""

REFLECTED_ONLY: dict[str, Callable[[Any, Any], Any]] = {"divmod": divmod}

COMPARISON: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}

UNARY: dict[str, Callable[..., Any]] = {
    "neg": operator.neg,
    "pos": operator.pos,
    "abs": operator.abs,
    "invert": operator.invert,
    "bool": bool,
    "int": int,
    "float": float,
    "complex": complex,
    "index": operator.index,
    "round": round,
    "trunc": math.trunc,
    "floor": math.floor,
    "ceil": math.ceil,
    "len": len,
    "reversed": reversed,
}


class ArrayOperators:
    """Mixin for a class whose `value` is an array."""

    __slots__ = ()

    if TYPE_CHECKING:
        value: Any

        def set_value(self, value: Any) -> None: ...

        def __getattr__(self, name: str) -> Any: ...

    __hash__ = None  # type: ignore[assignment]  # == compares values
    __array_priority__ = 100  # as JAX arrays: `numpy_array + v` is ours to answer

    def __iter__(self) -> Iterator[Any]:
        """Iterate over the value."""
        return iter(_array_of(self))

    def __contains__(self, item: Any) -> bool:
        """Whether the value contains an item."""
        return item in self.value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the value, where that is possible."""
        return self.value(*args, **kwargs)

    def __format__(self, spec: str) -> str:
        """The value by a format such as `.3f`; without one, the text of `str`."""
        return format(self.value, spec) if spec else str(self)

    def __jax_array__(self) -> Any:
        """The value, for functions of JAX."""
        return _array_of(self)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """The value, for functions of NumPy."""
        return np.array(_array_of(self), dtype=dtype, copy=copy is not False)


def _read(other: Any) -> Any:
    return other.value if isinstance(other, ArrayOperators) else other


def _array_of(variable: Any) -> Any:
    value = variable.value
    if isinstance(value, jax.ShapeDtypeStruct):
        raise AbstractValueError(type(variable).__name__, value)
    return value


def _refuse_abstract(*operands: Any) -> None:
    """Say what is wrong, if it is that a Variable has no numbers."""
    for operand in operands:
        if isinstance(operand, ArrayOperators):
            _array_of(operand)


def _binary(apply: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, other: Any, *modulus: Any) -> Any:
        try:
            return apply(self.value, _read(other), *modulus)
        except TypeError:
            _refuse_abstract(self, other)
            raise

    return method


def _reflected(apply: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        try:
            return apply(_read(other), self.value)
        except TypeError:
            _refuse_abstract(self)
            raise

    return method


def _in_place(apply: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    compute = _binary(apply)

    def method(self: Any, other: Any) -> Any:
        self.set_value(compute(self, other))
        return self

    return method


def _unary(apply: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, *args: Any) -> Any:
        try:
            return apply(self.value, *args)
        except TypeError:
            _refuse_abstract(self)
            raise

    return method


def _install(name: str, method: Callable[..., Any]) -> None:
    method.__name__ = name
    method.__qualname__ = f"ArrayOperators.{name}"
    setattr(ArrayOperators, name, method)


for _name, _apply in BINARY.items():
    _install(f"__{_name}__", _binary(_apply))
    _install(f"__r{_name}__", _reflected(_apply))
    _install(f"__i{_name}__", _in_place(_apply))
for _name, _apply in REFLECTED_ONLY.items():
    _install(f"__{_name}__", _binary(_apply))
    _install(f"__r{_name}__", _reflected(_apply))
for _name, _apply in COMPARISON.items():
    _install(f"__{_name}__", _binary(_apply))
for _name, _apply in UNARY.items():
    _install(f"__{_name}__", _unary(_apply))

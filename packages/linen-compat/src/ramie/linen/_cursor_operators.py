"""Cursors compute and compare as the values that they are at."""

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any


def value_of(other: Any) -> Any:
    """What a cursor is at, and anything else as it is."""
    return other.build() if isinstance(other, Operators) else other


def _binary(apply: Callable[[Any, Any], Any]) -> Callable[["Operators", Any], Any]:
    return lambda self, other: apply(self.build(), value_of(other))


def _reflected(apply: Callable[[Any, Any], Any]) -> Callable[["Operators", Any], Any]:
    return lambda self, other: apply(value_of(other), self.build())


def _unary(apply: Callable[[Any], Any]) -> Callable[["Operators"], Any]:
    return lambda self: apply(self.build())


class Operators(ABC):
    """The operators of a value that `build` returns."""

    __slots__ = ()

    @abstractmethod
    def build(self) -> Any:
        """The value."""

    def __len__(self) -> int:
        """The length of the value."""
        return len(self.build())

    def __bool__(self) -> bool:
        """Whether the value is true."""
        return bool(self.build())

    __hash__ = None  # type: ignore[assignment]  # As values change.

    __eq__ = _binary(operator.eq)
    __ne__ = _binary(operator.ne)
    __lt__ = _binary(operator.lt)
    __le__ = _binary(operator.le)
    __gt__ = _binary(operator.gt)
    __ge__ = _binary(operator.ge)
    __add__ = _binary(operator.add)
    __sub__ = _binary(operator.sub)
    __mul__ = _binary(operator.mul)
    __matmul__ = _binary(operator.matmul)
    __truediv__ = _binary(operator.truediv)
    __floordiv__ = _binary(operator.floordiv)
    __mod__ = _binary(operator.mod)
    __pow__ = _binary(operator.pow)
    __lshift__ = _binary(operator.lshift)
    __rshift__ = _binary(operator.rshift)
    __and__ = _binary(operator.and_)
    __xor__ = _binary(operator.xor)
    __or__ = _binary(operator.or_)
    __divmod__ = _binary(divmod)
    __radd__ = _reflected(operator.add)
    __rsub__ = _reflected(operator.sub)
    __rmul__ = _reflected(operator.mul)
    __rmatmul__ = _reflected(operator.matmul)
    __rtruediv__ = _reflected(operator.truediv)
    __rfloordiv__ = _reflected(operator.floordiv)
    __rmod__ = _reflected(operator.mod)
    __rpow__ = _reflected(operator.pow)
    __rlshift__ = _reflected(operator.lshift)
    __rrshift__ = _reflected(operator.rshift)
    __rand__ = _reflected(operator.and_)
    __rxor__ = _reflected(operator.xor)
    __ror__ = _reflected(operator.or_)
    __rdivmod__ = _reflected(divmod)
    __neg__ = _unary(operator.neg)
    __pos__ = _unary(operator.pos)
    __abs__ = _unary(operator.abs)
    __invert__ = _unary(operator.invert)
    __round__ = _unary(round)

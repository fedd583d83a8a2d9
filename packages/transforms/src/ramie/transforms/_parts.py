"""Parts: Python values taken apart, and made again with other parts.

A function is its code and what it reaches: defaults, what it closes over, the globals
it reads. With some of that replaced it is another function, which does the same to
other things. Containers and plain objects are taken apart likewise.
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Sequence
from types import CellType, CodeType, FunctionType, MethodType
from typing import Any, cast


class Parts:
    """A value taken apart.

    Attributes:
        static: what the value is besides its children.
        children: what it reaches.
    """

    static: Hashable
    children: Sequence[Any]


class Made(Parts, ABC):
    """A value that is made of its children at once: none of them leads back to it."""

    @abstractmethod
    def make(self, children: Sequence[Any]) -> Any:
        """A value with these children."""


class Filled(Parts, ABC):
    """A value that is there before its children are: it may be part of itself."""

    @abstractmethod
    def start(self, is_new: Sequence[bool], homes: Homes, /) -> Any:
        """What will be the new value.

        Args:
            is_new: of each child, whether it will be another one.
            homes: of new functions.
        """

    @abstractmethod
    def fill(self, made: Any, children: Sequence[Any]) -> None:
        """Give children to what `start` gave."""

    @abstractmethod
    def witness(self, made: Any) -> Callable[[], list[Any]]:
        """What looks at a new value, to tell whether somebody changed it."""


class Homes:
    """The globals of functions, and copies of them for new functions."""

    def __init__(self) -> None:
        """Copy nothing yet."""
        self._copies: dict[int, dict[str, Any]] = {}

    def copy_of(self, home: dict[str, Any]) -> dict[str, Any]:
        """The copy of a home, of which there is one."""
        return self._copies.setdefault(id(home), dict(home))


def parts_of(value: Any, home: Any) -> Made | Filled | None:
    """The parts of a value; None if it cannot be taken apart.

    Args:
        value: anything.
        home: the globals of the function that is looked at. What functions of other
            files find among theirs counts as constant.

    Raises:
        ValueError: a function closes over a name that has no value yet.
    """
    cls = type(value)
    if cls is FunctionType:
        return _Function(value, value.__globals__ is home)
    if (known := _BY_TYPE.get(cls)) is not None:
        return known(value)
    if isinstance(value, tuple) and hasattr(cls, "_make"):
        return _Tuple(value)
    return _Plain(value) if _is_plain(value) else None


class _Tuple(Made):
    def __init__(self, value: Any) -> None:
        self.static, self.children = (type(value),), value
        self._make = getattr(type(value), "_make", tuple)

    def make(self, children: Sequence[Any]) -> Any:
        return self._make(children)


class _Partial(Made):
    def __init__(self, value: functools.partial[Any]) -> None:
        self.static = functools.partial, len(value.args), tuple(value.keywords)
        self.children = value.func, *value.args, *value.keywords.values()
        self._names, self._count = tuple(value.keywords), len(value.args)

    def make(self, children: Sequence[Any]) -> Any:
        fun, *rest = children
        named = zip(self._names, rest[self._count :], strict=True)
        return functools.partial(fun, *rest[: self._count], **dict(named))


class _Method(Made):
    def __init__(self, value: MethodType) -> None:
        self.static, self.children = MethodType, (value.__func__, value.__self__)

    def make(self, children: Sequence[Any]) -> Any:
        return MethodType(*children)


class _List(Filled):
    def __init__(self, value: list[Any]) -> None:
        self.static, self.children = list, tuple(value)

    def start(self, *_: Any) -> Any:
        return []

    def fill(self, made: Any, children: Sequence[Any]) -> None:
        made[:] = children

    def witness(self, made: Any) -> Callable[[], list[Any]]:
        return functools.partial(list, made)


class _Dict(Filled):
    def __init__(self, value: dict[Any, Any]) -> None:
        names = tuple(value)
        self.static: Hashable = (dict, *((type(name), name) for name in names))
        self.children = tuple(value.values())
        self._names = names

    def start(self, *_: Any) -> Any:
        return {}

    def fill(self, made: Any, children: Sequence[Any]) -> None:
        made.update(zip(self._names, children, strict=True))

    def witness(self, made: Any) -> Callable[[], list[Any]]:
        return lambda: [*made, *made.values()]


class _Plain(_Dict):
    """An object that is its attributes and nothing else."""

    def __init__(self, value: Any) -> None:
        super().__init__(vars(value))
        self._cls = type(value)
        self.static = self._cls, self.static

    def start(self, *_: Any) -> Any:
        return object.__new__(self._cls)

    def fill(self, made: Any, children: Sequence[Any]) -> None:
        super().fill(vars(made), children)

    def witness(self, made: Any) -> Callable[[], list[Any]]:
        return super().witness(vars(made))


def _is_plain(value: Any) -> bool:
    """Whether an object is its attributes: no callable, and nothing of it in C."""
    cls, base_of_all = cast(Any, type(value)), cast(Any, object)
    return (
        not callable(value)
        and hasattr(value, "__dict__")
        and type(cls) is type
        and cls.__new__ is base_of_all.__new__
        and cls.__getattribute__ is base_of_all.__getattribute__
        and not any(vars(base).get("__slots__") for base in cls.__mro__)
    )


class _Function(Filled):
    def __init__(self, fun: FunctionType, with_globals: bool) -> None:
        home = fun.__globals__
        names = [name for name in _names(fun.__code__) if name in home]
        self._names = tuple(names) if with_globals else ()
        self._fun = fun
        self._sections: list[tuple[Any, ...]] = [
            fun.__defaults__ or (),
            tuple((fun.__kwdefaults__ or {}).values()),
            tuple(cell.cell_contents for cell in fun.__closure__ or ()),
            tuple(home[name] for name in self._names),
        ]
        keywords = tuple(fun.__kwdefaults__ or ())
        self.static = fun.__code__, id(home), self._names, keywords
        self.children = [child for section in self._sections for child in section]

    def start(self, is_new: Sequence[bool], homes: Homes, /) -> Any:
        fun = self._fun
        flags = iter(is_new)
        _, _, closed, read = (
            [next(flags) for _ in section] for section in self._sections
        )
        # What stays is in the same cell: the function may write to it.
        cells = zip(fun.__closure__ or (), closed, strict=True)
        closure = tuple(CellType() if other else cell for cell, other in cells)
        home = fun.__globals__
        home = homes.copy_of(home) if any(read) else home
        made = FunctionType(fun.__code__, home, fun.__name__, None, closure)
        made.__qualname__, made.__module__ = fun.__qualname__, fun.__module__
        made.__dict__.update(fun.__dict__)
        return made

    def fill(self, made: Any, children: Sequence[Any]) -> None:
        rest = iter(children)
        defaults, keywords, closed, read = (
            [next(rest) for _ in section] for section in self._sections
        )
        made.__defaults__ = tuple(defaults) or None
        names = self._fun.__kwdefaults__ or ()
        made.__kwdefaults__ = dict(zip(names, keywords, strict=True)) or None
        for cell, mine, content in zip(
            made.__closure__ or (), self._fun.__closure__ or (), closed, strict=True
        ):
            if cell is not mine:
                cell.cell_contents = content
        if made.__globals__ is not self._fun.__globals__:
            made.__globals__.update(zip(self._names, read, strict=True))

    def witness(self, made: Any) -> Callable[[], list[Any]]:
        pairs = zip(made.__closure__ or (), self._fun.__closure__ or (), strict=True)
        cells = [cell for cell, mine in pairs if cell is not mine]
        home = made.__globals__
        home = {} if home is self._fun.__globals__ else home
        return lambda: [*(cell.cell_contents for cell in cells), *home.values()]


def _names(code: CodeType) -> Iterator[str]:
    """The globals that a code may read, and the code inside it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


_BY_TYPE: dict[type, Callable[[Any], Made | Filled]] = {
    tuple: _Tuple,
    functools.partial: _Partial,
    MethodType: _Method,
    list: _List,
    dict: _Dict,
}

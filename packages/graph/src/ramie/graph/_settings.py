"""Settings that hold for a thread or task: set for good, for a block, or for a call."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from types import TracebackType
from typing import Any, ClassVar, ParamSpec, TypeVar

from .errors import SettingError

P = ParamSpec("P")
R = TypeVar("R")


class Setting:
    """Base class of switches. A subclass is one setting.

    `setting(value)` holds from now on, `with setting(value):` for the block, and
    `@setting(value)` while the decorated function runs. Another thread starts with
    the default.

    Args:
        value: the new value, of the type of the default.

    Raises:
        SettingError: a value of another type; the setting stays as it was.
    """

    _default: ClassVar[Any]
    _stack: ClassVar[ContextVar[tuple[Any, ...]]]

    __slots__ = ("_before", "_set_in", "_value")

    def __init_subclass__(cls, *, default: Any) -> None:
        """Make the subclass a setting of its own."""
        cls._default = default
        cls._stack = ContextVar(cls.__name__, default=())

    def __init__(self, value: Any, /) -> None:
        """Hold from now on."""
        if type(value) is not type(self._default):
            raise SettingError(type(self).__name__, type(self._default), value)
        before = self._stack.get()
        self._value = value
        self._set_in: tuple[Any, ...] | None = before
        self._before: list[tuple[Any, ...]] = []
        self._stack.set((*before[:-1], value))

    def __enter__(self) -> None:
        """Hold for a block."""
        before = self._take_back()
        self._before.append(before)
        self._stack.set((*before, self._value))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Go back to what held before."""
        self._stack.set(self._before.pop())

    def __call__(self, f: Callable[P, R]) -> Callable[P, R]:
        """Hold while a function runs."""
        self._stack.set(self._take_back())

        @functools.wraps(f)
        def with_setting(*args: P.args, **kwargs: P.kwargs) -> R:
            with type(self)(self._value):
                return f(*args, **kwargs)

        return with_setting

    def _take_back(self) -> tuple[Any, ...]:
        """What held before this object was made, asked for the first time."""
        before = self._stack.get() if self._set_in is None else self._set_in
        self._set_in = None
        return before

    @classmethod
    def current_value(cls) -> Any:
        """The value that holds now."""
        stack = cls._stack.get()
        return stack[-1] if stack else cls._default

    @classmethod
    def get_default(cls) -> Any:
        """The value that holds where nothing was set."""
        return cls._default

    @classmethod
    def get_stack(cls) -> list[Any]:
        """The values that were set in this thread or task, the current one last."""
        return list(cls._stack.get())

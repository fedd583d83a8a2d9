"""Twins: hidden subclasses of a class of Variables, for those that take more work.

A Variable is asked by its class how to read and write it: by the graph core, which
chooses by type, and by Python, which finds `value` there. So a Variable that does more
than hold a value becomes an instance of a twin, and ordinary ones pay nothing.
"""

from typing import Any, ClassVar


class Twin:
    """Mixin that comes first in a twin."""

    __slots__ = ()

    _plain: ClassVar[type]

    @property
    def type(self) -> type:
        """The class of the Variable."""
        return self._plain


class Hooked(Twin):
    """Mixin of twins whose `value` goes through hooks."""

    __slots__ = ()


def _get_value(variable: Any) -> Any:
    return variable.get_value()


def _set_value(variable: Any, value: Any) -> None:
    variable.set_value(value)


through_hooks = property(_get_value, _set_value)
"""The `value` of a class whose Variables do more than hold one."""


class _FirstAsked:
    """A class attribute: the twin of the class that it is asked of, made by then.

    A pickle names a twin by it, so it has to be there before any Variable is.
    """

    def __init__(self, mixin: type) -> None:
        self._mixin = mixin

    def __get__(self, _: Any, cls: Any) -> type:
        return twin_of(cls, self._mixin)


def attribute(mixin: type) -> Any:
    """What a class of Variables has for its twins of one sort."""
    return _FirstAsked(mixin)


def twin_of(cls: Any, mixin: type) -> type:
    """The class of Variables like those of `cls`, with what a mixin does."""
    plain = plain_class(cls)
    name = mixin.__name__.lower()
    made_before = f"_{name}_made"
    if made_before not in plain.__dict__:
        body = {
            "__slots__": (),
            "__module__": plain.__module__,
            "__qualname__": f"{plain.__qualname__}._{name}",
            "__doc__": plain.__doc__,
            "_plain": plain,
        }
        metaclass: Any = type(plain)
        setattr(plain, made_before, metaclass(plain.__name__, (mixin, plain), body))
    twin: type = plain.__dict__[made_before]
    return twin


def plain_class(cls: Any) -> Any:
    """The class itself, or the one whose twin it is."""
    return cls._plain if issubclass(cls, Twin) else cls

"""New Variables out of one that is there: the same type, other facts where given.

A copy is made past all hooks, and has an identity of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ramie.graph.typing import Missing

from ._described import checked
from ._making import made
from ._twins import plain_class
from .errors import HijaxError

if TYPE_CHECKING:
    from ._variable import Variable


class Copies:
    """Mixin of Variables: the methods that make another one."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def type(self) -> type[Variable[Any]]: ...

        @property
        def ref(self) -> bool: ...

        _metadata: Mapping[str, Any]

        def _content(self) -> Any: ...

    def replace(self, value: Any = Missing, **updates: Any) -> Variable[Any]:
        """A new Variable with another value and metadata where given.

        Args:
            value: the value, past all hooks; that of another Variable is taken.
            **updates: metadata; `ref=` says where the new Variable keeps its array.
        """
        if updates.pop("hijax", None):
            raise HijaxError
        ref = updates.pop("ref", None)
        metadata = self._metadata
        if updates:
            metadata = {**metadata, **checked(type(self), updates)}
        content = self._content() if value is Missing else value
        if isinstance(content, Copies):
            content = content._content()
        ref = self.ref if ref is None else ref
        new: Variable[Any] = made(self.type, content, metadata, ref)
        return new

    def copy(self, value: Any = Missing, **updates: Any) -> Variable[Any]:
        """A new Variable of the same type; see `replace`."""
        return self.replace(value, **updates)

    def to_state(self, value: Any = Missing, **updates: Any) -> Variable[Any]:
        """A new Variable of the same type, for a state; see `replace`."""
        return self.replace(value, **updates)

    @classmethod
    def from_metadata(cls, value: Any, attributes: Mapping[str, Any]) -> Variable[Any]:
        """A Variable with this value and exactly this metadata; no `__init__`.

        `hijax` and `ref` among the attributes are those of the constructor.
        """
        metadata = dict(attributes)
        if metadata.pop("hijax", None):
            raise HijaxError
        ref = metadata.pop("ref", False)
        new: Variable[Any] = made(plain_class(cls), value, metadata, ref)
        return new

    def __copy__(self) -> Variable[Any]:
        """A new Variable with the same value."""
        return self.replace()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle value and metadata alone."""
        facts = {**self._metadata, "ref": True} if self.ref else dict(self._metadata)
        return self.type.from_metadata, (self._content(), facts)

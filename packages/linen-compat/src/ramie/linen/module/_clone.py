"""Copies of modules: with other fields, with other parents, and deep ones."""

from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import IncorrectPostInitOverrideError
from ._naming import set_parent
from ._setup import is_plain, map_modules, submodules_in
from ._state import ModuleState, unspecified

if TYPE_CHECKING:
    from collections.abc import MutableMapping

M = TypeVar("M", bound="CloneMixin")


class CloneMixin:
    """How a module is copied. Copies have the fields, and no variables."""

    if TYPE_CHECKING:
        _state: ModuleState
        _field_names: tuple[str, ...]
        _field_set: frozenset[str]
        name: str | None

        def __post_init__(self) -> None:
            """Join the parent."""

        def _try_setup(self) -> None:
            """Run setup if need be."""

    def clone(
        self: M,
        *,
        parent: Any = None,
        _deep_clone: "bool | MutableMapping[Any, Any]" = False,
        _reset_names: bool = False,
        **updates: Any,
    ) -> M:
        """A copy that is not bound, or belongs to another parent.

        Args:
            parent: the parent of the copy: a module, a scope, or None.
            _deep_clone: whether modules in fields are copied too.
            _reset_names: whether those lose their names.
            **updates: fields of the copy that differ.

        Raises:
            TypeError: there is no such field.

        Example:
            >>> from ramie import linen as nn
            >>> class Scale(nn.Module):
            ...     by: float
            >>> Scale(2.0).clone(by=3.0).by
            3.0
        """
        unknown = [name for name in updates if name not in self._field_set]
        if unknown:
            raise TypeError(
                f"{type(self).__name__} has no field {', '.join(map(repr, unknown))}; "
                f"it has {', '.join(map(repr, self._field_names)) or 'none'}."
            )
        copies = {} if isinstance(_deep_clone, bool) else _deep_clone
        deep = _deep_clone is not False
        return self._made_anew(
            parent, updates, copies if deep else None, reset=_reset_names
        )

    def copy(
        self: M, *, parent: Any = unspecified, name: str | None = None, **updates: Any
    ) -> M:
        """A copy as if it was made here: in the module that is running, and unnamed.

        Args:
            parent: the parent; the module that is running if it is left out.
            name: the name of the copy; None for an automatic one.
            **updates: fields of the copy that differ.
        """
        return self.clone(parent=parent, name=name, **updates)

    def _made_anew(
        self: M,
        parent: Any,
        updates: dict[str, Any],
        copies: "MutableMapping[Any, Any] | None",
        reset: bool = False,
    ) -> M:
        """A copy with these fields changed; `copies` has those of modules in fields."""
        cls = type(self)
        made: M = object.__new__(cls)
        mine = self.__dict__
        attributes = made.__dict__
        for field in self._field_names:
            value = mine[field] if field in mine else getattr(self, field)
            if copies is not None and not is_plain(value):
                value = _copied(value, copies, reset)
            attributes[field] = value
        attributes["name"] = self.name
        if updates:
            attributes.update(updates)
        set_parent(made, parent)
        made.__post_init__()
        if "_state" not in attributes:
            raise IncorrectPostInitOverrideError(cls.__name__)
        return made

    def __copy__(self: M) -> M:
        """The same module once more, bound as it is."""
        self._try_setup()  # Once for both: they share a scope, and names in it.
        made: M = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        return made

    def _copy_deeply(
        self: M, copies: "MutableMapping[Any, Any]", reset: bool = False
    ) -> M:
        """A copy that belongs to nobody, and to nobody's knowledge."""
        if id(self) not in copies:
            updates: dict[str, Any] = {"name": None} if reset else {}
            made = self._made_anew(None, updates, copies, reset)
            made._state.is_copy = True
            # The original is kept: another one may not get its id meanwhile.
            copies[id(self)] = made, self
        return copies[id(self)][0]  # type: ignore[no-any-return]


def _copied(value: Any, copies: "MutableMapping[Any, Any]", reset: bool) -> Any:
    """A value of a field with copies of the modules in it, in its own containers."""
    if not submodules_in(value):
        return value
    return map_modules(value, "", lambda module, _: module._copy_deeply(copies, reset))

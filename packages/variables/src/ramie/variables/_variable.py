"""Variable: the one mutable thing, a value with an identity.

A Variable holds a value JAX can trace (an array, or a pytree of arrays) and metadata,
which is static. It reads like the array it holds. Writing is checked: a value from
one JAX trace never lands in a Variable of another.
"""

from __future__ import annotations

import copy
from sys import _getframe
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from ramie.graph.errors import TraceLevelError
from ramie.graph.extend import require_own_trace, retyped, structure_changed
from ramie.graph.typing import Missing

from ._copies import Copies
from ._defaults import current as defaults
from ._described import (
    EMPTY,
    RAW,
    Described,
    left_on_page,
    only_names,
    replace_raw,
    set_metadata_slot,
    set_page,
    set_raw,
    set_rules,
)
from ._hooks import FROZEN, class_rules, pass_through
from ._initial import VariableMetadata
from ._keeps_type import require_same_type
from ._lost_updates import remembered, written
from ._making import ordinary, set_up
from ._operators import ArrayOperators
from ._origin import note_place
from ._parts import part_of, with_part
from ._pytree import register_pytree
from ._refs import InRef
from ._spelling import sharding_names
from ._twins import Hooked, Twin, plain_class, through_hooks
from ._twins import attribute as twin_attribute
from .errors import (
    AttributeDeletionError,
    FrozenVariableError,
    HijaxError,
    MetadataAssignmentError,
    VariableTypeMismatchError,
)

A = TypeVar("A")
VariableType: TypeAlias = "type[Variable[Any]]"
SLOTS = frozenset(Described.__slots__)


class Variable(Described, Copies, ArrayOperators, Generic[A]):
    """A mutable value with metadata. Subclasses name what it is used for.

    Two names for one Variable see the same value, in every container and through
    every transform: `is` is what matters. A Variable is not hashable, and `==`
    compares values, as arrays do; to keep something by Variable, use `id(v)` or
    its path.

    Hooks are called with the Variable and a value, and return a value:
    `on_create_value`, `on_get_value`, `on_set_value`. Those for `on_add_axis` and
    `on_remove_axis` are called with the Variable, the axis and its name. Each is a
    function or a sequence of them, or a method of a subclass.

    Args:
        value: an array, any pytree of arrays, a shape (`jax.ShapeDtypeStruct`), a
            `jax.Ref`, another Variable, whose value is taken, or a
            `VariableMetadata`.
        hijax: False, or left out.
        ref: whether the array is kept in a `jax.Ref`; `var_defaults` if left out.
        eager_sharding: kept as metadata, for those who place arrays on devices.
        **metadata: static facts about the value; hashable. Hooks are among them.
            With `keeps_type=True`, each write must have the shape and dtype of what
            it replaces.

    Raises:
        MetadataNameError: Variables have an attribute of that name.
        UnknownHookError: a name looks like that of a hook and is none.
        HookTypeError: a hook cannot be called.
        HijaxError: `hijax` is True.
        RefValueError: `ref` is True, and the value no array.

    Example:
        >>> v = Variable(jnp.ones(2), note="scale")
        >>> v.value = v + 1
        >>> v.value.tolist(), v.note
        ([2.0, 2.0], 'scale')
        >>> v[0] = 5.0
        >>> v[...].tolist()
        [5.0, 2.0]
    """

    __slots__ = ()

    def __init__(
        self,
        value: A | VariableMetadata[A] | Variable[A],
        *,
        hijax: bool | None = None,
        ref: bool | None = None,
        eager_sharding: bool | None = None,
        **metadata: Any,
    ) -> None:
        """Hold a value and metadata."""
        if hijax:
            raise HijaxError
        note_place(self, _getframe(1))
        if eager_sharding is not None:
            metadata["eager_sharding"] = eager_sharding
        if (
            metadata
            or type(value) not in ordinary
            or self._class_rules is not None
            or (defaults.get().ref if ref is None else ref)
        ):
            set_up(self, value, metadata, ref)
            return
        set_raw(self, value)
        set_page(self, None)
        set_metadata_slot(self, EMPTY)
        set_rules(self, None)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Make every subclass a JAX pytree of its own; find its hooks."""
        super().__init_subclass__(**kwargs)
        register_pytree(cls)
        cls._can_be_empty = only_names(cls, Variable)
        cls._class_rules = rules = class_rules(
            cls,
            always=issubclass(cls, InRef)
            or cls.create_value is not Variable.create_value
            or cls.get_value is not Variable.get_value,
        )
        if cls.value is RAW and (
            issubclass(cls, Twin)
            or cls.get_value is not Variable.get_value
            or (rules is not None and rules.get)
        ):
            hooked: Any = cls
            hooked.value = through_hooks

    # ── the value

    if TYPE_CHECKING:

        @property
        def value(self) -> A:
            """The value."""

        @value.setter
        def value(self, value: A) -> None: ...

    else:
        # The slot itself: reading it runs no Python code. Classes of Variables that
        # have more to do than to read it have a property here.
        value = RAW

    @property
    def raw_value(self) -> A:
        """The value as it is stored."""
        return self.get_raw_value()

    @raw_value.setter
    def raw_value(self, value: A) -> None:
        self.set_raw_value(value)

    def create_value(self, value: A) -> A:
        """What is stored of a first value; the value itself, unless overridden."""
        return value

    def get_value(self, *, index: Any = Missing) -> Any:
        """The value, or `value[index]`; hooks see what is returned.

        Raises:
            AbstractValueError: a part was asked for of a shape.
        """
        rules = self._rules
        content = self._raw_value if rules is None else self._content()
        if index is not Missing and index is not ...:
            content = part_of(self, content, index)
        if rules is not None and rules.get:
            content = pass_through(rules.get, "on_get_value", self, content)
        return content

    def set_value(self, value: Any, *, index: Any = Missing) -> None:
        """Replace the value, or the part of an array that `index` selects.

        Hooks see what is given, before it is written.

        Raises:
            TraceLevelError: the Variable belongs to another JAX trace.
            FrozenVariableError: the Variable is frozen.
            AbstractValueError: a part was given of a shape.
            TypeKeptError: the Variable keeps its type, and the value has another.
            RefMismatchError: the `jax.Ref` holds another shape or dtype.
        """
        if isinstance(value, Variable):
            value = value.get_value()
        rules = self._rules
        if rules is not None:
            if rules.frozen:
                raise FrozenVariableError(type(self).__name__)
            value = pass_through(rules.set, "on_set_value", self, value)
        if index is not Missing:
            value = with_part(self, self._content(), index, value)
        if rules is not None and rules.keeps_type:
            require_same_type(self, value)
        self._write(value)

    def get_raw_value(self) -> A:
        """The value as it is stored, past all hooks; the `jax.Ref` if there is one."""
        raw: A = self._raw_value
        return raw

    def set_raw_value(self, value: A) -> None:
        """Replace the stored value, past all hooks.

        Raises:
            TraceLevelError: the Variable belongs to another JAX trace.
            FrozenVariableError: the Variable is frozen.
            TypeKeptError: the Variable keeps its type, and the value has another.
        """
        rules = self._rules
        if rules is not None:
            if rules.frozen:
                raise FrozenVariableError(type(self).__name__)
            if rules.keeps_type:
                require_same_type(self, value)
        self._write(value)

    def _content(self) -> Any:
        return self._raw_value

    def _write(self, value: Any) -> None:
        try:
            require_own_trace(self)
        except TraceLevelError as error:
            error.add_note(f"It is {self!r}.")
            raise
        old = replace_raw(self, value)
        # Told after the fact: who walks in between, in another thread, is told too.
        if self._watchers is not None and retyped(old, value):
            structure_changed(self)
        if remembered:
            written(self, value)

    def __getitem__(self, index: Any) -> Any:
        """`v[...]` is the value, `v[i]` a part of it."""
        return self.get_value(index=index)

    def __setitem__(self, index: Any, value: Any) -> None:
        """`v[...] = x` replaces the value, `v[i] = x` a part of it."""
        self.set_value(value, index=index)

    def __delitem__(self, index: Any) -> None:
        """`del v[key]` takes a part out of a value that is a dict or a list."""
        new = copy.copy(self._content())
        del new[index]
        self.set_value(new)

    def copy_from(self, other: Variable[A]) -> None:
        """Take value and metadata of another Variable of the same type.

        Raises:
            VariableTypeMismatchError: the other one is of another type.
            TraceLevelError: this Variable belongs to another JAX trace.
            FrozenVariableError: this Variable is frozen.
        """
        given = plain_class(type(other))
        if given is not self.type:
            raise VariableTypeMismatchError(type(self).__name__, given.__name__)
        self.set_raw_value(other._content())
        if other._metadata != self._metadata:
            self._redescribe(dict(other._metadata))

    def update_from_state(self, variable_state: Variable[A]) -> None:
        """Take value and metadata from a Variable of a state, past all hooks.

        A frozen Variable takes them too, and stays frozen: a state is loaded, where
        a program would write.

        Raises:
            TraceLevelError: this Variable belongs to another JAX trace.
        """
        self._write(variable_state._content())
        metadata = dict(variable_state._metadata)
        if FROZEN in self._metadata:
            metadata[FROZEN] = self._metadata[FROZEN]
        if metadata != self._metadata:
            self._redescribe(metadata)

    # ── facts

    @property
    def type(self) -> VariableType:
        """The class of the Variable."""
        return type(self)

    @property
    def var_type(self) -> VariableType:
        """The class of the Variable."""
        return self.type

    @property
    def ref(self) -> bool:
        """Whether the array lives in a `jax.Ref`."""
        return False

    @property
    def hijax(self) -> bool:
        """False: Variables are objects of Python here, no types of JAX."""
        return False

    sharding_names = property(sharding_names)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value."""
        value: Any = self.value
        return tuple(value.shape)

    def __getattr__(self, name: str) -> Any:
        """Metadata by name; anything else is asked of the value."""
        # Copying and unpickling look for special names before slots are filled.
        if name == "_raw_value":  # the slot is empty
            return left_on_page(self)
        if name.startswith("__") or name in SLOTS:
            raise AttributeError(name)
        if name == "value":  # a hook said AttributeError, and says again which
            return self.get_value()
        if name in self._metadata:
            return self._metadata[name]
        try:
            return getattr(self.value, name)
        except AttributeError:
            raise AttributeError(
                f"{type(self).__name__} has no metadata and its value no attribute "
                f"{name!r}."
            ) from None

    def __setattr__(self, name: str, value: Any) -> None:
        """Set the value; everything else has a method."""
        attribute = getattr(type(self), name, None)
        if attribute is RAW:
            self.set_value(value)
        elif isinstance(attribute, property):
            object.__setattr__(self, name, value)
        else:
            raise MetadataAssignmentError(type(self).__name__, name)

    def __delattr__(self, name: str) -> None:
        """Delete nothing: there is always a value, and metadata has a method."""
        raise AttributeDeletionError(type(self).__name__, name)

    _hooked = twin_attribute(Hooked)
    _inref = twin_attribute(InRef)


register_pytree(Variable)

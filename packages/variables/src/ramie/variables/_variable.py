"""Variable: the one mutable thing, a value with an identity.

A Variable holds a value JAX can trace (an array, or a pytree of arrays) and metadata,
which is static. It reads like the array it holds. Writing is checked: a value from
one JAX trace never lands in a Variable of another.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from types import EllipsisType
from typing import Any, Generic, TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from ramie.graph.extend import (
    Tracked,
    require_own_trace,
    retyped,
    show_value,
    structure_changed,
)
from ramie.graph.typing import Missing

from ._operators import ArrayOperators
from .errors import (
    MetadataAssignmentError,
    MetadataNameError,
    MissingMetadataError,
)

A = TypeVar("A")


class Variable(Tracked, ArrayOperators, Generic[A]):
    """A mutable value with metadata. Subclasses name what it is used for.

    Two names for one Variable see the same value, in every container and through
    every transform: `is` is what matters. A Variable is not hashable, and `==`
    compares values, as arrays do.

    Args:
        value: an array, or any pytree of arrays.
        **metadata: static facts about the value; hashable.

    Example:
        >>> v = Variable(jnp.ones(2), note="scale")
        >>> v.value = v + 1
        >>> v.value.tolist(), v.note
        ([2.0, 2.0], 'scale')
        >>> v[0] = 5.0
        >>> v[...].tolist()
        [5.0, 2.0]
    """

    __slots__ = ("_metadata", "_raw_value")

    _raw_value: A
    _metadata: Mapping[str, Any]

    def __init__(self, value: A, **metadata: Any) -> None:
        """Hold a value and metadata."""
        if metadata:
            for name in metadata:
                _check_name(type(self), name)
        set_raw(self, value)
        set_metadata_slot(self, metadata or EMPTY)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Make every subclass a JAX pytree of its own."""
        super().__init_subclass__(**kwargs)
        register_pytree(cls)

    # ── the value

    @property
    def value(self) -> A:
        """The value."""
        return self._raw_value

    @value.setter
    def value(self, value: A) -> None:
        self.set_value(value)

    @property
    def raw_value(self) -> A:
        """The value as it is stored."""
        return self._raw_value

    def get_value(self, *, index: Any = Missing) -> Any:
        """The value, or `value[index]`."""
        if index is Missing or index is ...:
            return self._raw_value
        value: Any = self._raw_value
        return value[index]

    def set_value(self, value: A, *, index: Any = Missing) -> None:
        """Replace the value, or the part of an array that `index` selects.

        Raises:
            TraceLevelError: the Variable belongs to another JAX trace.
        """
        if isinstance(value, Variable):
            value = value.get_value()
        if index is not Missing:
            value = _with_part(self._raw_value, index, value)
        self.set_raw_value(value)

    def get_raw_value(self) -> A:
        """The value as it is stored."""
        return self._raw_value

    def set_raw_value(self, value: A) -> None:
        """Replace the stored value.

        Raises:
            TraceLevelError: the Variable belongs to another JAX trace.
        """
        require_own_trace(self)
        old = self._raw_value
        # Told after the fact: who walks in between, in another thread, is told too.
        set_raw(self, value)
        if self._watchers is not None and retyped(old, value):
            structure_changed(self)

    def __getitem__(self, index: Any) -> Any:
        """`v[...]` is the value, `v[i]` a part of it."""
        return self.get_value(index=index)

    def __setitem__(self, index: Any, value: Any) -> None:
        """`v[...] = x` replaces the value, `v[i] = x` a part of it."""
        self.set_value(value, index=index)

    def copy_from(self, other: Variable[A]) -> None:
        """Take value and metadata of another Variable.

        Raises:
            TraceLevelError: this Variable belongs to another JAX trace.
        """
        self.set_raw_value(other._raw_value)
        if other._metadata != self._metadata:
            self._redescribe(dict(other._metadata))

    def update_from_state(self, variable_state: Variable[A]) -> None:
        """Take value and metadata from a Variable of a state."""
        self.copy_from(variable_state)

    # ── metadata

    def get_metadata(self, name: str | None = None, default: Any = Missing) -> Any:
        """One metadata value, or all of them as a dict.

        Raises:
            MissingMetadataError: there is none of that name, and no default.
        """
        if name is None:
            return dict(self._metadata)
        if name in self._metadata:
            return self._metadata[name]
        if default is Missing:
            raise MissingMetadataError(type(self).__name__, name, (*self._metadata,))
        return default

    def set_metadata(self, *args: Any, **kwargs: Any) -> None:
        """Set metadata: `set_metadata("name", value)` or `set_metadata(name=value)`.

        Raises:
            MetadataNameError: Variables have an attribute of that name.
            TraceLevelError: the Variable belongs to another JAX trace.
        """
        changes = dict([args], **kwargs) if args else kwargs
        for name in changes:
            _check_name(type(self), name)
        self._redescribe({**self._metadata, **changes})

    def has_metadata(self, name: str) -> bool:
        """Whether there is metadata of that name."""
        return name in self._metadata

    def del_metadata(self, name: str) -> None:
        """Remove metadata.

        Raises:
            MissingMetadataError: there is none of that name.
        """
        self.get_metadata(name)
        self._redescribe({k: v for k, v in self._metadata.items() if k != name})

    def _redescribe(self, metadata: Mapping[str, Any]) -> None:
        require_own_trace(self)
        set_metadata_slot(self, metadata)
        structure_changed(self)

    # ── copies

    def replace(self, value: Any = Missing, **updates: Any) -> Variable[Any]:
        """A new Variable with another value and metadata where given."""
        new = type(self).from_metadata(
            self._raw_value if value is Missing else value,
            {**self._metadata, **updates} if updates else self._metadata,
        )
        if isinstance(value, Variable):
            set_raw(new, value._raw_value)
        return new

    def copy(self, value: Any = Missing, **updates: Any) -> Variable[Any]:
        """A new Variable of the same type; see `replace`."""
        return self.replace(value, **updates)

    @classmethod
    def from_metadata(cls, value: Any, attributes: Mapping[str, Any]) -> Variable[Any]:
        """A Variable with this value and exactly this metadata; no `__init__`."""
        new: Variable[Any] = cls.__new__(cls)
        set_raw(new, value)
        set_metadata_slot(new, attributes)
        return new

    def __copy__(self) -> Variable[Any]:
        """A new Variable with the same value."""
        return self.replace()

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle value and metadata alone."""
        return type(self).from_metadata, (self._raw_value, dict(self._metadata))

    # ── facts

    @property
    def type(self) -> type[Variable[Any]]:
        """The class of the Variable."""
        return type(self)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the value."""
        value: Any = self._raw_value
        return tuple(value.shape)

    def __getattr__(self, name: str) -> Any:
        """Metadata by name; anything else is asked of the value."""
        # Copying and unpickling look for special names before slots are filled.
        if name.startswith("__") or name in ("_raw_value", "_metadata"):
            raise AttributeError(name)
        if name in self._metadata:
            return self._metadata[name]
        try:
            return getattr(self._raw_value, name)
        except AttributeError:
            raise AttributeError(
                f"{type(self).__name__} has no metadata and its value no attribute "
                f"{name!r}."
            ) from None

    def __setattr__(self, name: str, value: Any) -> None:
        """Set the value; everything else has a method."""
        if not isinstance(getattr(type(self), name, None), property):
            raise MetadataAssignmentError(type(self).__name__, name)
        object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        """Show the value and the metadata."""
        metadata = "".join(f", {k}={v!r}" for k, v in self._metadata.items())
        return f"{type(self).__name__}({show_value(self._raw_value)}{metadata})"


EMPTY: Mapping[str, Any] = {}
"""The metadata of a Variable that has none; never written to."""

# The slots' own setters: __setattr__ is the user's, and this is a hot path.
set_raw = Variable.__dict__["_raw_value"].__set__
set_metadata_slot = Variable.__dict__["_metadata"].__set__


def describe(variable: Variable[Any]) -> tuple[tuple[str, Any], ...]:
    """The metadata as part of a structure: hashable and in one order."""
    metadata = variable._metadata
    return tuple(sorted(metadata.items())) if metadata else ()


def register_pytree(cls: type[Variable[Any]]) -> None:
    """Make a Variable class a JAX pytree: the value is data, the metadata static."""

    def flatten(variable: Variable[Any]) -> tuple[tuple[Any], Any]:
        return (variable._raw_value,), describe(variable)

    def flatten_with_keys(variable: Variable[Any]) -> tuple[tuple[Any], Any]:
        return ((VALUE_KEY, variable._raw_value),), describe(variable)

    def unflatten(metadata: Any, children: Iterable[Any]) -> Variable[Any]:
        (value,) = children
        return cls.from_metadata(value, dict(metadata) if metadata else EMPTY)

    jax.tree_util.register_pytree_with_keys(cls, flatten_with_keys, unflatten, flatten)


VALUE_KEY = jax.tree_util.GetAttrKey("value")
register_pytree(Variable)


def _check_name(cls: type, name: str) -> None:
    if hasattr(Variable, name):
        raise MetadataNameError(cls.__name__, name)


def _with_part(whole: Any, index: Any, part: Any) -> Any:
    """`whole` with `part` at `index`; the whole of it keeps shape and dtype."""
    if isinstance(index, EllipsisType) and (
        not isinstance(whole, jax.Array) or not retyped(whole, part)
    ):
        return part
    if isinstance(whole, (np.ndarray, np.generic)):
        whole = jnp.asarray(whole)
    if isinstance(whole, jax.Array):
        return whole.at[index].set(part)
    new = copy.copy(whole)
    new[index] = part
    return new

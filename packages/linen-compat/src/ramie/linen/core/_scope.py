"""Scope: a place in the tree of variables, with the names and keys that belong there.

The root holds the collections; each is a dict nested by the names of scopes. A scope
below it knows its path and looks its part up when it is asked, so that making one
costs nothing. What is the same for a whole tree (the collections, which of them are
mutable, the base keys, how many keys each path has drawn) lives in one `Shared`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from ramie.graph.extend import is_tracing

from ..errors import InvalidScopeError, NameInUseError
from ._collections import CollectionFilter, in_filter
from ._frozen_dict import FrozenDict, unfreeze
from ._rng import LazyRng, check_rngs
from ._scope_keys import ScopeKeys
from ._scope_variables import ScopeVariables

NO_DEFAULT: Any = object()


class Shared:
    """What all scopes of one tree have in common."""

    __slots__ = (
        "adopted",
        "collections",
        "counts",
        "filter",
        "flags",
        "invalid",
        "is_eager",
        "mutable",
        "rngs",
    )

    def __init__(
        self,
        collections: Mapping[str, Any],
        rngs: dict[str, Any],
        mutable: CollectionFilter,
        flags: Mapping[str, Any] | None,
    ) -> None:
        """Copy the collections that may change; keep the others as they are."""
        self.filter = mutable
        self.mutable = {col: in_filter(mutable, col) for col in collections}
        self.collections = {
            col: unfreeze(entries) if self.mutable[col] else entries
            for col, entries in collections.items()
        }
        self.rngs = rngs
        self.flags = dict(flags) if flags else {}
        self.counts: dict[tuple[Any, ...], int] = {}
        # The originals are kept beside their copies: their ids must stay theirs.
        self.adopted: dict[int, tuple[Any, Any]] = {}
        self.is_eager = not is_tracing()
        self.invalid = False

    def is_mutable(self, col: str) -> bool:
        """Whether a collection may change."""
        found = self.mutable.get(col)
        if found is None:
            found = self.mutable[col] = in_filter(self.filter, col)
        return found


class Scope(ScopeKeys, ScopeVariables):
    """A place in the tree of variables.

    Args:
        variables: the collections.
        rngs: keys by name.
        name: what the scope is called in its parent.
        mutable: a filter of the collections that may change.
        parent: the scope above.
        path: the names from the root to here.
        debug_path: the same, as errors show it.
        flags: settings for all scopes of the tree.

    Example:
        >>> from ramie.linen.core import Scope
        >>> root = Scope({"params": {"dense": {"bias": 1.0}}})
        >>> root.push("dense").get_variable("params", "bias")
        1.0
    """

    __slots__ = (
        "_found",
        "_over",
        "_shared",
        "_suffix",
        "debug_path",
        "name",
        "parent",
        "path",
        "reservations",
    )

    def __init__(
        self,
        variables: Mapping[str, Any],
        rngs: Mapping[str, Any] | None = None,
        name: str | None = None,
        mutable: CollectionFilter = False,
        parent: "Scope | None" = None,
        path: Iterable[str] = (),
        debug_path: Iterable[str] = (),
        flags: Mapping[str, Any] | None = None,
    ) -> None:
        """Make a root; `push` makes the scopes below it."""
        lazy = {key: LazyRng.create(rng) for key, rng in check_rngs(rngs).items()}
        self._shared = Shared(variables, lazy, mutable, flags)
        self._found: dict[str, Mapping[str, Any]] = {}
        self._suffix: tuple[str | int, ...] = ()
        self._over = False
        self.name, self.parent = name, parent
        self.path = tuple(path)
        self.debug_path = tuple(debug_path) or self.path
        self.reservations: dict[str, tuple[str | None, ...]] = {}

    def _below(self, name: str) -> "Scope":
        """The scope of this name below, whoever has reserved it."""
        scope: Scope = Scope.__new__(Scope)
        scope._shared = self._shared
        scope._found = {}
        scope._suffix = (*self._suffix, name)
        scope._over = False
        scope.name, scope.parent = name, self
        scope.path = (*self.path, name)
        scope.debug_path = (*self.debug_path, name)
        scope.reservations = {}
        return scope

    def push(
        self, name: str | None = None, prefix: str = "", reuse: bool = False
    ) -> "Scope":
        """The scope of a name below this one.

        Args:
            name: its name; None gives the first free one of the prefix.
            prefix: what such a name begins with.
            reuse: whether the name may be in use.

        Raises:
            NameInUseError: it is in use.
        """
        self._check_valid()
        if name is None:
            name = self.default_name(prefix)
        if not reuse or name not in self.reservations:
            self.reserve(name)
        return self._below(name)

    def child(
        self,
        fn: Callable[..., Any],
        name: str | None = None,
        prefix: str | None = None,
        named_call: bool = True,
        **partial_kwargs: Any,
    ) -> Callable[..., Any]:
        """A function of a scope as one of the remaining arguments, with a scope below.

        Args:
            fn: the function; its first argument is a scope.
            name: the name of the scope.
            prefix: what its name begins with, if it has none.
            named_call: whether profiles show the name.
            **partial_kwargs: arguments to pass.
        """
        import jax

        if name is None and prefix is None:
            prefix = f"{getattr(fn, '__name__', '')}_"
        scope = self.push(name, prefix or "")
        with_scope = partial(fn, scope, **partial_kwargs)
        if not named_call:
            return with_scope
        return jax.named_call(with_scope, name=scope.name or "")

    def default_name(self, prefix: str) -> str:
        """The first name of a prefix and a number that is free here."""
        number = 0
        while f"{prefix}{number}" in self.reservations:
            number += 1
        return f"{prefix}{number}"

    def reserve(self, name: str, col: str | None = None) -> None:
        """Take a name: of a scope, or of a variable of a collection.

        Raises:
            NameInUseError: it is taken.
        """
        if not isinstance(name, str):
            raise TypeError(
                f"Names of variables and submodules are str, and {name!r} is a "
                f"{type(name).__name__}. Pass a str."
            )
        if self.name_reserved(name, col):
            raise NameInUseError(
                "submodule" if col is None else f"variable of {col!r}",
                name,
                self.path_text,
            )
        self.reservations[name] = (*self.reservations.get(name, ()), col)

    def name_reserved(self, name: str, col: str | None = None) -> bool:
        """Whether a name is taken; variables of different collections can share one."""
        taken = self.reservations.get(name)
        if taken is None:
            return False
        return col is None or None in taken or col in taken

    # Settings.

    @property
    def flags(self) -> dict[str, Any]:
        """Settings for the whole tree."""
        return self._shared.flags

    def has_flag(self, key: str) -> bool:
        """Whether there is a setting."""
        return key in self._shared.flags

    def get_flag(self, key: str, default: Any = NO_DEFAULT) -> Any:
        """A setting, or the default.

        Raises:
            KeyError: there is neither.
        """
        if key not in self._shared.flags and default is NO_DEFAULT:
            known = ", ".join(map(repr, self._shared.flags)) or "none"
            raise KeyError(f"There is no flag {key!r}; there are {known}.")
        return self._shared.flags.get(key, default)

    @property
    def mutable(self) -> CollectionFilter:
        """The filter of the collections that may change."""
        return self._shared.filter

    @property
    def root(self) -> "Scope":
        """The scope that everything is in."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def path_text(self) -> str:
        """The path as errors show it."""
        return "/" + "/".join(self.debug_path)

    # Life.

    def rewound(self, rewind_rngs: bool = False) -> "Scope":
        """The same place with all names free again.

        Args:
            rewind_rngs: whether the keys begin anew too.
        """
        self._check_valid()
        scope: Scope = Scope.__new__(Scope)
        for slot in Scope.__slots__:
            setattr(scope, slot, getattr(self, slot))
        scope.reservations = {}
        if rewind_rngs:
            for name in self.rngs:
                self._shared.counts.pop((*self._suffix, name), None)
        return scope

    @property
    def invalid(self) -> bool:
        """Whether the time of this scope is over."""
        return self._over or self._shared.invalid

    def invalidate(self) -> None:
        """End the time of this scope, and of those below if it is the root."""
        self._over = True
        if self.parent is None:
            self._shared.invalid = True

    @contextmanager
    def temporary(self) -> Iterator["Scope"]:
        """End the time of this scope with the block."""
        try:
            yield self
        finally:
            self.invalidate()

    def _check_valid(self) -> None:
        if self._over or self._shared.invalid:
            raise InvalidScopeError(self.path)

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Scope)
            and self._shared is other._shared
            and self.path == other.path
        )

    def __hash__(self) -> int:
        return hash((id(self._shared), self.path))


EMPTY: FrozenDict[str, Any] = FrozenDict({})

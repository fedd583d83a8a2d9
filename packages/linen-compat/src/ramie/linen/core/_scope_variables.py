"""Reading, making and writing the variables of a scope."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import jax

from ramie.graph.extend import is_tracing

from ..errors import (
    ApplyScopeInvalidVariablesTypeError,
    JaxTransformError,
    ModifyScopeVariableError,
    ScopeCollectionNotFound,
    ScopeParamNotFoundError,
    ScopeVariableNotFoundError,
)
from . import _meta as meta
from ._collections import CollectionFilter, in_filter
from ._initialise import initialise
from ._param_shapes import check_shape

if TYPE_CHECKING:
    from ._rng import LazyRng
    from ._scope import Scope, Shared

T = TypeVar("T")


class Variable(Generic[T]):
    """One variable of a scope, to be read and written through `value`.

    Args:
        scope: where it is.
        collection: the collection it belongs to.
        name: its name.
        unbox: whether `value` is what is inside of boxes.
    """

    __slots__ = ("_id", "collection", "name", "scope", "unbox")

    def __init__(self, scope: "Scope", collection: str, name: str, unbox: bool) -> None:
        """Point at the variable."""
        self.scope, self.collection, self.name = scope, collection, name
        self.unbox = unbox

    @property
    def value(self) -> T:
        """What the variable holds now."""
        held = self.scope.get_variable(self.collection, self.name)
        return meta.unbox(held) if self.unbox else held  # type: ignore[no-any-return]

    @value.setter
    def value(self, value: T) -> None:
        put: Any = value
        if self.unbox:
            held = self.scope.get_variable(self.collection, self.name)
            if _has_boxes(held):
                put = meta.replace_boxed(held, value)
        self.scope.put_variable(self.collection, self.name, put)

    def is_mutable(self) -> bool:
        """Whether it may be written."""
        return self.scope.is_mutable_collection(self.collection)


class ScopeVariables:
    """What a `Scope` does with its variables."""

    __slots__ = ()

    if TYPE_CHECKING:
        _shared: Shared
        _found: dict[str, Mapping[str, Any]]
        name: str | None
        parent: "Scope | None"
        path: tuple[str, ...]

        @property
        def path_text(self) -> str:
            """The path as errors show it."""

        reservations: dict[str, tuple[str | None, ...]]
        reserve: Callable[..., None]
        next_rng: Callable[[str], LazyRng]
        _check_valid: Callable[[], None]

    def _collection(self, col: str) -> Mapping[str, Any] | None:
        """This scope's part of a collection, or None if there is none yet."""
        found = self._found.get(col)
        if found is not None:
            return found
        parent = self.parent
        if parent is None:
            part = self._shared.collections.get(col)
        else:
            above = parent._collection(col)
            part = None if above is None else above.get(self.name)  # type: ignore[arg-type]
        if part is not None:
            if not isinstance(part, Mapping):
                raise ApplyScopeInvalidVariablesTypeError(
                    f"a {type(part).__name__} at {self.path_text} of {col!r}, where "
                    f"a module has its variables"
                )
            # A mutable collection may get another dict here by a write from above.
            if not self._shared.is_mutable(col):
                self._found[col] = part
        return part

    def _mutable_collection(self, col: str) -> dict[str, Any]:
        """This scope's part of a collection that may change, made where needed."""
        parent = self.parent
        if parent is None:
            part: Any = self._shared.collections.setdefault(col, {})
        else:
            part = parent._mutable_collection(col).setdefault(self.name, {})  # type: ignore[arg-type]
        return part  # type: ignore[no-any-return]

    def is_mutable_collection(self, col: str) -> bool:
        """Whether a collection may change."""
        return self._shared.is_mutable(col)

    def is_collection_empty(self, col: str) -> bool:
        """Whether a collection has nothing in it, in any scope."""
        return not self._shared.collections.get(col)

    def has_variable(self, col: str, name: str) -> bool:
        """Whether a variable is there."""
        found = self._collection(col)
        return found is not None and name in found

    def get_variable(self, col: str, name: str, default: Any = None) -> Any:
        """The value of a variable, boxes and all, or the default."""
        found = self._collection(col)
        return default if found is None else found.get(name, default)

    def put_variable(self, col: str, name: str, value: Any) -> None:
        """Write a variable.

        Raises:
            ModifyScopeVariableError: the collection may not change.
            JaxTransformError: the value would leak out of a transform of JAX.
            InvalidScopeError: the call this scope belongs to is over.
        """
        self._check_valid()
        if not self._shared.is_mutable(col):
            raise ModifyScopeVariableError(col, name, self.path)
        if self._shared.is_eager and is_tracing() and _has_tracers(value):
            # Bound outside of any trace, so each tracer is one that would leak. In a
            # scope inside of a trace JAX itself has to tell.
            raise JaxTransformError(col, name, self.path)
        self._mutable_collection(col)[name] = value

    def variable(
        self,
        col: str,
        name: str,
        init_fn: Callable[..., Any] | None = None,
        *init_args: Any,
        unbox: bool = True,
        **init_kwargs: Any,
    ) -> Variable[Any]:
        """Declare a variable, and make it where it is not there.

        Args:
            col: its collection.
            name: its name.
            init_fn: makes the first value.
            *init_args: arguments of `init_fn`.
            unbox: whether its `value` is what is inside of boxes.
            **init_kwargs: arguments of `init_fn`.

        Raises:
            NameInUseError: the name is taken.
            ScopeCollectionNotFound: the collection was not given.
            ScopeVariableNotFoundError: the variable is not in it.
        """
        self.reserve(name, col)
        if not self.has_variable(col, name):
            if init_fn is None or not self._shared.is_mutable(col):
                if self.is_collection_empty(col):
                    raise ScopeCollectionNotFound(col, name, self.path)
                raise ScopeVariableNotFoundError(name, col, self.path)
            self.put_variable(col, name, init_fn(*init_args, **init_kwargs))
        return Variable(self, col, name, unbox)  # type: ignore[arg-type]

    def param(
        self,
        name: str,
        init_fn: Callable[..., Any],
        *init_args: Any,
        unbox: bool = True,
        **init_kwargs: Any,
    ) -> Any:
        """Declare a parameter, and make it where it is not there.

        Args:
            name: its name.
            init_fn: makes the value, from a key and the arguments.
            *init_args: further arguments of `init_fn`.
            unbox: whether to return what is inside of boxes.
            **init_kwargs: further arguments of `init_fn`.

        Raises:
            NameInUseError: the name is taken.
            ScopeCollectionNotFound: there are no parameters.
            ScopeParamNotFoundError: the parameter is not among them.
            ScopeParamShapeError: it has another shape than `init_fn` gives.
        """
        self._check_valid()
        self.reserve(name, "params")
        found = self._collection("params")
        if found is not None and name in found:
            value = found[name]
            check_shape(name, self.path, value, init_fn, init_args, init_kwargs)
        else:
            if not self._shared.is_mutable("params"):
                if self.is_collection_empty("params"):
                    raise ScopeCollectionNotFound("params", name, self.path)
                raise ScopeParamNotFoundError(name, self.path)
            rng = self.next_rng("params")
            value = initialise(init_fn, rng, init_args, init_kwargs)
            self.put_variable("params", name, value)
        return meta.unbox(value) if unbox else value

    def variables(self) -> dict[str, Any]:
        """This scope's part of each collection."""
        parts = {col: self._collection(col) for col in self._shared.collections}
        return {col: part for col, part in parts.items() if part is not None}

    def mutable_variables(self) -> dict[str, Any]:
        """This scope's part of each collection that may change."""
        is_mutable = self._shared.is_mutable
        return {col: part for col, part in self.variables().items() if is_mutable(col)}

    def collections_in(self, filter_like: CollectionFilter) -> dict[str, Any]:
        """This scope's part of each collection that a filter means."""
        return {
            col: part
            for col, part in self.variables().items()
            if in_filter(filter_like, col)
        }


def _has_boxes(held: Any) -> bool:
    if isinstance(held, meta.PLAIN):
        return False
    leaves = jax.tree.leaves(held, is_leaf=meta.is_axis_metadata)
    return any(map(meta.is_axis_metadata, leaves))


def _has_tracers(value: Any) -> bool:
    return any(isinstance(leaf, jax.core.Tracer) for leaf in jax.tree.leaves(value))

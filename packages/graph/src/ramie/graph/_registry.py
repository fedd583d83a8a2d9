"""What the walker knows about types: nodes have children, cells hold one value.

A *node* is a container that the walker descends into.
A *cell* is a mutable leaf: its identity matters and its content is a value JAX
can trace. `jax.Ref` is a cell; `ramie.variables.Variable` registers itself as one.
The core imports no package that defines either: whoever defines a type answers for
it here.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import jax
import numpy as np

from ._page import Paging
from .typing import Key

Items: TypeAlias = Iterable[tuple[Key, Any]]


@dataclass(slots=True, unsafe_hash=True)
class Static:  # noqa: PLW1641 (the decorator makes the hash)
    """A value that is part of the structure. Equal only to the same type."""

    value: Any

    def __eq__(self, other: object) -> bool:
        """Compare type and value: 1, 1.0 and True trace differently."""
        if type(other) is not Static:
            return NotImplemented
        return same_value(self.value, other.value)


def same_value(mine: Any, theirs: Any) -> bool:
    """Whether two values are equal and of one type, also inside tuples."""
    if mine is theirs:
        return True
    if type(mine) is not type(theirs) or mine != theirs:
        return False
    return not isinstance(mine, tuple) or all(map(same_value, mine, theirs))


@dataclass(frozen=True, slots=True)
class Order:
    """The rest of a node whose items stand in an order of their own.

    The walker wants items in key order; building gives them back in this one.
    """

    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True, eq=False)
class NodeKind:
    """How to take a container apart and put it together again.

    Attributes:
        flatten: node → (items in key order, hashable rest). A value wrapped in
            `Static` is structure whatever it is; of the others the walker
            decides. A rest that is an `Order` says how the items really stand.
        build: (type, rest, items) → a complete node, for immutable containers.
            They have no identity and cannot be part of a cycle.
        create: (type, rest) → an empty node, for mutable containers.
        fill: (node, items) → None; makes these the node's only items.
        refit: (node, rest) → None; gives a node that exists another rest. Without
            it the rest is never another one, or it follows from the items.
        get_item: (node, key) → one item; without it, all are flattened for one.
        set_item: (node, key, value) → None; replaces one array by another.
        frozen: whether items can never change, so that they need no second look.
    """

    flatten: Callable[[Any], tuple[Items, Hashable]]
    build: Callable[[type, Any, Mapping[Key, Any]], Any] | None = None
    create: Callable[[type, Any], Any] | None = None
    fill: Callable[[Any, Mapping[Key, Any]], None] | None = None
    refit: Callable[[Any, Any], None] | None = None
    get_item: Callable[[Any, Any], Any] | None = None
    set_item: Callable[[Any, Key, Any], None] | None = None
    frozen: bool = False

    @property
    def mutable(self) -> bool:
        """Whether nodes of this kind have identity and can be edited in place."""
        return self.build is None


@dataclass(frozen=True, slots=True, eq=False)
class CellKind:
    """How to read, write and recreate a mutable leaf.

    Attributes:
        read: cell → its raw content.
        write: (cell, content) → None; raw: no hook, no check.
        describe: cell → hashable metadata.
        create: (type, metadata, content) → a new cell.
        assign: (cell, value) → None; a write on a user's behalf, where `value`
            is a content or another cell whose content and metadata are taken.
        redescribe: (cell, metadata) → None.
        copies: whether reading and writing copy, to and from storage whose type is
            fixed. Metadata is fixed too, so that such cells need no second look.
        cls: what a structure says their type is, where their classes differ: a
            `jax.Ref` is an instance of another class while JAX traces.
        read_all: cells → their raw contents, if there is a faster way than to
            call `read` for each.
        paging: how such cells leave their contents on a page, if they can; see
            `Page`. Reading an empty cell must ask its page then.
    """

    read: Callable[[Any], Any]
    write: Callable[[Any, Any], None]
    describe: Callable[[Any], Hashable]
    create: Callable[[type, Any, Any], Any]
    assign: Callable[[Any, Any], None]
    redescribe: Callable[[Any, Any], None]
    copies: bool = False
    cls: type | None = None
    read_all: Callable[[Iterable[Any]], list[Any]] | None = None
    paging: Paging | None = None


class LeafKind:
    """The kind of immutable values that JAX traces: arrays."""


class StaticKind:
    """The kind of everything else."""


LEAF, STATIC = LeafKind(), StaticKind()
Kind: TypeAlias = NodeKind | CellKind | LeafKind | StaticKind

_builtin: dict[type, NodeKind] = {}
"""Kinds of exactly these types; a subclass may hold more than its items."""
_registered: dict[type, NodeKind | CellKind] = {}
_leaves: set[type] = set()
"""Types of leaves that JAX was not told how to take apart."""
_known: dict[type, Kind] = {}
"""What `kind_of` found for a type. Types are few and live long."""

LEAF_TYPES = (
    jax.Array,
    jax.core.Tracer,
    jax.ShapeDtypeStruct,
    np.ndarray,
    np.generic,
)


def register_node(cls: type, kind: NodeKind) -> None:
    """Let the walker descend into instances of `cls` and its subclasses."""
    _register(cls, kind)


def register_cell(cls: type, kind: CellKind) -> None:
    """Let the walker treat instances of `cls` and its subclasses as cells."""
    _register(cls, kind)


def _register(cls: type, kind: NodeKind | CellKind) -> None:
    if cls in _registered:
        raise ValueError(
            f"{cls.__name__} is registered already. Register a subclass instead."
        )
    _registered[cls] = kind
    _known.clear()


def register_leaf(cls: type) -> None:
    """Let the walker treat instances of exactly `cls` as it treats arrays.

    That holds where JAX would find one leaf: a type that is a container to the walker
    or to JAX stays one.
    """
    _leaves.add(cls)
    _known.pop(cls, None)


def register_builtin(cls: type, kind: NodeKind) -> None:
    """Let the walker descend into instances of `cls`, not of its subclasses."""
    _builtin[cls] = kind


def kind_of(value: Any) -> Kind:
    """The kind of a value; remembered by type."""
    cls = type(value)
    kind = _known.get(cls)
    if kind is None:
        if issubclass(cls, jax.core.Tracer):
            return _kind_of_tracer(value)
        kind = _known[cls] = _find_kind(cls, value)
    return kind


def cell_kind(cell: Any) -> CellKind:
    """The kind of a value that is known to be a cell."""
    kind = kind_of(cell)
    assert isinstance(kind, CellKind)
    return kind


def is_cell(value: Any) -> bool:
    """Whether the value's type is registered as a cell."""
    return type(kind_of(value)) is CellKind


def is_object(value: Any) -> bool:
    """Whether a value has identity for transforms: a cell, or a registered node.

    A dict, a list or a JAX pytree is a value: JAX takes it apart and rebuilds it.
    """
    kind = kind_of(value)
    return type(kind) is CellKind or (
        type(kind) is NodeKind and kind.mutable and type(value) not in _builtin
    )


def is_node(value: Any) -> bool:
    """Whether the walker descends into the value."""
    return type(kind_of(value)) is NodeKind


def content_of(leaf: Any) -> Any:
    """What a leaf holds: the content of a cell, anything else itself."""
    kind = kind_of(leaf)
    return kind.read(leaf) if isinstance(kind, CellKind) else leaf


def kind_of_container(cls: type) -> NodeKind | CellKind:
    """The kind of a type that is known to hold something."""
    if (builtin := _builtin.get(cls)) is not None:
        return builtin
    for base in cls.__mro__:
        if (found := _registered.get(base)) is not None:
            return found
    from ._pytrees import FROZEN_PYTREE, PYTREE

    return FROZEN_PYTREE if issubclass(cls, tuple) else PYTREE


def _kind_of_tracer(value: Any) -> Kind:
    """The kind of a traced array or Ref: JAX has one class for both."""
    return _registered[jax.Ref] if isinstance(value, jax.Ref) else LEAF


def _find_kind(cls: type, value: Any) -> Kind:
    if cls in _builtin or not _registered.keys().isdisjoint(cls.__mro__):
        return kind_of_container(cls)
    if issubclass(cls, LEAF_TYPES):
        return LEAF
    if value is None or jax.tree_util.all_leaves([value]):
        return LEAF if cls in _leaves else STATIC
    return kind_of_container(cls)

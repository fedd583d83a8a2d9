# long file: a structure and its definitions, which are nothing without each other
"""GraphDef: the structure of a graph without its contents.

It is flat: one definition for each node and cell, in the order a walk first meets
them, and attributes that point to definitions by number. Sharing and cycles are
then nothing special, comparing needs no recursion, and depth has no limit.
Equal structures are the same object (`intern`), so that caches compare by
identity.
"""

import weakref
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from ._registry import CellKind, NodeKind, Order, Static, kind_of_container, same_value
from ._repr._mixin import Shown
from .errors import UnhashableStaticError
from .typing import Key, Path

if TYPE_CHECKING:
    from ._call import Caller

Node = TypeVar("Node")


@dataclass(slots=True)
class Child:
    """An attribute that holds the node or cell with this number."""

    index: int

    def __hash__(self) -> int:
        """Hash the number, faster than a dataclass would."""
        return self.index


@dataclass(slots=True)
class Leaf:
    """An attribute that holds an array: the leaf with this number."""

    leaf: int

    def __hash__(self) -> int:
        """Hash the number; unlike the Child of that number."""
        return ~self.leaf


Attribute: TypeAlias = Child | Leaf | Static

Template: TypeAlias = tuple[
    dict[Key, Any], tuple[tuple[Key, int], ...], tuple[tuple[Key, int], ...]
]
"""Items with statics in place; (key, object number)s; (key, leaf number)s."""


@dataclass(slots=True, unsafe_hash=True)
class NodeDef:
    """One node: its type, what its kind needs besides items, its attributes."""

    kind: NodeKind
    type: type
    rest: Hashable
    attributes: tuple[tuple[Key, Attribute], ...]
    _template: Template | None = field(default=None, init=False, compare=False)

    @property
    def template(self) -> Template:
        """What building a node needs: statics in place, then children and leaves."""
        if self._template is None:
            in_order = self.rest.keys if isinstance(self.rest, Order) else ()
            items: dict[Key, Any] = dict.fromkeys(in_order)
            children, leaves = [], []
            for key, attribute in self.attributes:
                items[key] = None
                match attribute:
                    case Child(index=index):
                        children.append((key, index))
                    case Leaf(leaf=leaf):
                        leaves.append((key, leaf))
                    case Static(value=value):
                        items[key] = value
            self._template = items, tuple(children), tuple(leaves)
        return self._template

    @property
    def has_identity(self) -> bool:
        """Whether such nodes are told apart by `is`."""
        return self.kind.mutable

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave the kind out: it is found again by the type."""
        return NodeDef.restore, (self.type, self.rest, self.attributes)

    @classmethod
    def restore(cls, of: Any, *facts: Any) -> "NodeDef":
        """A definition of a type, from a pickle: `(type, rest, attributes)`."""
        kind: Any = kind_of_container(of)
        return cls(kind, of, *facts)


@dataclass(slots=True, eq=False)
class CellDef:
    """One cell: its type, its metadata, and which leaf its content is."""

    kind: CellKind
    type: type
    metadata: Hashable
    leaf: int
    _hash: int | None = field(default=None, init=False, repr=False)

    def __hash__(self) -> int:
        """Hash type, metadata and number, once."""
        if self._hash is None:
            self._hash = hash((self.type, self.metadata, self.leaf))
        return self._hash

    def __eq__(self, other: object) -> bool:
        """Compare all fields; 1, 1.0 and True are different metadata."""
        if type(other) is not CellDef:
            return NotImplemented
        return (
            self.kind is other.kind
            and self.type is other.type
            and self.leaf == other.leaf
            and same_value(self.metadata, other.metadata)
        )

    @property
    def has_identity(self) -> bool:
        """Cells are told apart by `is`."""
        return True

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave the kind out: it is found again by the type."""
        return CellDef.restore, (self.type, self.metadata, self.leaf)

    @classmethod
    def restore(cls, of: Any, *facts: Any) -> "CellDef":
        """A definition of a type, from a pickle: `(type, metadata, leaf)`."""
        kind: Any = kind_of_container(of)
        return cls(kind, of, *facts)


@lru_cache(maxsize=1 << 14)
def plain_cell(kind: CellKind, cls: type, metadata: Hashable, leaf: int) -> CellDef:
    """The definition of a cell without metadata: one object for all equal ones.

    Most cells have none, and comparing structures is then comparing identities.
    """
    return CellDef(kind, cls, metadata, leaf)


@dataclass(slots=True, unsafe_hash=True)
class NodeRef:
    """A node or cell that an earlier graph of the same context holds.

    Only `split_context` makes these; see `_contexts.py`.
    """

    index: int
    """The object's number in the context."""

    attributes = ()
    has_identity = True

    @property
    def type(self) -> type:
        """The type is not known here."""
        return NodeRef


Definition: TypeAlias = NodeDef | CellDef | NodeRef

Outer: TypeAlias = tuple[int | None, ...] | None

UNKNOWN: Any = object()
"""What nobody has asked a structure yet."""


class GraphDef(Shown, Generic[Node]):
    """The structure of a graph: types, keys, statics, sharing, metadata of cells.

    Immutable and hashable; the hash is computed once. A root cell or node has
    number 0.

    Attributes:
        nodes: the definitions of all nodes and cells, in walk order.
        num_leaves: how many leaves (cells, and arrays held directly) it has.
        outer: for each definition, the number that its object has outside of an
            `update_context`, or None if it was made inside; None for all others.
    """

    __slots__ = (
        "__weakref__",
        "_hash",
        "_index",
        "_node_numbers",
        "_owners",
        "_paths",
        "_shared",
        "_where",
        "nodes",
        "num_leaves",
        "outer",
    )

    def __init__(
        self, nodes: tuple[Definition, ...], num_leaves: int, outer: Outer = None
    ) -> None:
        """Keep the definitions; paths and the hash are found when asked for."""
        self.nodes, self.num_leaves, self.outer = nodes, num_leaves, outer
        self._hash: int | None = None
        self._paths: tuple[Path, ...] | None = None
        self._where: dict[Path, int] | None = None
        self._owners: tuple[tuple[int, Key | None], ...] | None = None
        self._shared: Any = UNKNOWN
        self._index: Any = None
        self._node_numbers: tuple[int, ...] | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """The path of each leaf, in leaf order.

        That is path order, except below a foreign pytree, whose fields JAX orders.
        """
        if self._paths is None:
            found: list[Path] = [()] * self.num_leaves
            for path, entry in walk_definitions(self):
                if isinstance(entry, (CellDef, Leaf)):
                    found[entry.leaf] = path
            self._paths = tuple(found)
        return self._paths

    @property
    def where(self) -> dict[Path, int]:
        """The number of the leaf at each path of `paths`."""
        if self._where is None:
            self._where = {path: number for number, path in enumerate(self.paths)}
        return self._where

    @property
    def owners(self) -> tuple[tuple[int, Key | None], ...]:
        """For each leaf, who holds it: (cell, None), or (node, key of the array)."""
        if self._owners is None:
            found: list[Any] = [None] * self.num_leaves
            for number, definition in enumerate(self.nodes):
                if isinstance(definition, CellDef):
                    found[definition.leaf] = number, None
                    continue
                for key, attribute in definition.attributes:
                    if isinstance(attribute, Leaf):
                        found[attribute.leaf] = number, key
            self._owners = tuple(found)
        return self._owners

    @property
    def node_numbers(self) -> tuple[int, ...]:
        """The numbers of the nodes, and of references to other graphs."""
        if self._node_numbers is None:
            self._node_numbers = tuple(
                number
                for number, definition in enumerate(self.nodes)
                if not isinstance(definition, CellDef)
            )
        return self._node_numbers

    def __hash__(self) -> int:
        """Hash the structure, or name the static value that has no hash."""
        if self._hash is None:
            try:
                self._hash = hash((self.nodes, self.outer))
            except TypeError as error:
                raise _blame(self) from error
        return self._hash

    def __eq__(self, other: object) -> bool:
        """Compare structures; the same object is equal at once."""
        if self is other:
            return True
        if not isinstance(other, GraphDef):
            return NotImplemented
        try:
            if hash(self) != hash(other):
                return False
        except UnhashableStaticError:
            pass  # what has no hash can be compared all the same
        return self.nodes == other.nodes and self.outer == other.outer

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the definitions alone."""
        return GraphDef.restore, (self.nodes, self.num_leaves, self.outer)

    @classmethod
    def restore(
        cls, nodes: tuple[Definition, ...], num_leaves: int, outer: Outer = None
    ) -> "GraphDef[Any]":
        """The one GraphDef with these definitions, from a pickle."""
        return intern(nodes, num_leaves, outer)

    def with_no_outer_index(self) -> "GraphDef[Node]":
        """The same structure, whose objects are all new outside of the context."""
        return intern(self.nodes, self.num_leaves)

    def with_same_outer_index(self) -> "GraphDef[Node]":
        """The same structure, whose objects have the same numbers outside."""
        return intern(self.nodes, self.num_leaves, tuple(range(len(self.nodes))))

    def with_matching_outer_index(self, other: "GraphDef[Any]") -> "GraphDef[Node]":
        """The same structure, whose objects have outside the numbers `other` says.

        Objects are matched by their own numbers; those that `other` does not have
        are new outside.
        """
        theirs = other.outer or ()
        missing = (None,) * max(0, len(self.nodes) - len(theirs))
        outer = (*theirs[: len(self.nodes)], *missing)
        return intern(self.nodes, self.num_leaves, outer)

    def apply(self, state: Any, *states: Any, graph: bool | None = None) -> "Caller":
        """Call the graph, or a method of it, with these states.

        Args:
            state: a state.
            *states: more of them; together they hold each leaf.
            graph: graph mode or tree mode for the split after the call; None asks
                `set_graph_mode`.

        Returns:
            What stands for the graph: call it, or an attribute or item of it, to
            get `(result, (graphdef, state))`. See `ramie.graph.call`.

        Example:
            >>> from ramie.graph import split
            >>> graphdef, state = split({"x": jnp.ones(2)})
            >>> graphdef.apply(state).pop("x")[0].tolist()
            [1.0, 1.0]
        """
        from ._call import Caller

        return Caller(self, (state, *states), graph=graph)

    def __repr__(self) -> str:
        """Show the structure as a tree of types, statics and cells."""
        from ._repr._structure import show_graphdef

        return show_graphdef(self)


# Weak keys and weak values: a value is its own key, and would keep itself alive.
_interned: "weakref.WeakKeyDictionary[GraphDef[Any], weakref.ref[GraphDef[Any]]]"
_interned = weakref.WeakKeyDictionary()


def intern(
    nodes: tuple[Definition, ...], num_leaves: int, outer: Outer = None
) -> GraphDef[Any]:
    """The one GraphDef with these definitions.

    A structure with an unhashable static cannot be shared; it is returned as it
    is and complains when something asks for its hash.
    """
    graphdef: GraphDef[Any] = GraphDef(nodes, num_leaves, outer)
    try:
        known = _interned.setdefault(graphdef, weakref.ref(graphdef))()
    except UnhashableStaticError:
        return graphdef
    # None: the one that was known ended in this very moment.
    return intern(nodes, num_leaves, outer) if known is None else known


def walk_definitions(
    graphdef: GraphDef[Any],
) -> Iterator[tuple[Path, Definition | Leaf | Static]]:
    """Every definition and plain attribute with its path, each node once."""
    nodes = graphdef.nodes
    seen: set[int] = set()
    stack: list[tuple[Path, Attribute]] = [((), Child(0))]
    while stack:
        path, entry = stack.pop()
        if not isinstance(entry, Child):
            yield path, entry
            continue
        if entry.index in seen:
            continue
        seen.add(entry.index)
        definition = nodes[entry.index]
        yield path, definition
        if isinstance(definition, NodeDef):
            stack.extend(
                ((*path, key), attribute)
                for key, attribute in reversed(definition.attributes)
            )


def _blame(graphdef: GraphDef[Any]) -> UnhashableStaticError:
    for path, entry in walk_definitions(graphdef):
        match entry:
            case Static(value=value):
                culprit: Any = value
            case NodeDef(rest=rest):
                culprit = rest
            case CellDef(metadata=metadata):
                culprit = metadata
            case _:
                continue
        try:
            hash(culprit)
        except TypeError:
            return UnhashableStaticError(culprit, path)
    raise AssertionError("every part of the structure has a hash")

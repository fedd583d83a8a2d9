"""Order: in which order the attributes of modules were assigned.

The graph core walks attributes by name, so that equal modules have equal structures.
The early API shows them as they were assigned: a module says so in its structure, as
a dict does, and what is shown is read back from there. An object that has several
places is shown at the one where the core meets it first, which is its path in a state.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ramie.graph import GraphDef
from ramie.graph.extend import (
    Child,
    Leaf,
    NodeDef,
    NodeKind,
    Order,
    holding,
    kind_of,
    register_node,
    statics,
)


@dataclass(frozen=True, slots=True)
class AssignedOrder(Order):
    """The order of attributes, and what a node is made of besides."""

    rest: Hashable = None


def keep_order(cls: type, example: Any) -> None:
    """Let the structure of nodes of a class say how attributes were assigned.

    Args:
        cls: a class of nodes that keep their attributes in a `__dict__`.
        example: a node of its base class, which does all else.
    """
    base = kind_of(example)
    assert isinstance(base, NodeKind)
    create = base.create
    assert create is not None

    def flatten(node: Any) -> tuple[Iterable[tuple[Any, Any]], Hashable]:
        items, rest = base.flatten(node)
        return items, AssignedOrder(tuple(vars(node)), rest)

    kind = NodeKind(
        flatten,
        create=lambda of, order: create(of, order.rest),
        fill=base.fill,
        get_item=base.get_item,
        set_item=base.set_item,
    )
    register_node(cls, kind)


def attribute_names(definition: NodeDef) -> tuple[Any, ...]:
    """The attributes of a node, as they were assigned where that is known."""
    rest = definition.rest
    known = rest.keys if isinstance(rest, Order) else ()
    names = [key for key, _ in definition.attributes]
    return tuple(dict.fromkeys((*(key for key in known if key in names), *names)))


class Reading:
    """The objects of a structure in the order in which they are shown.

    Attributes:
        numbers: number in the core → number in this order.
        leaves: leaf numbers of the core, in this order.
        first: for each object, (who holds it, by which attribute) where it is shown.
    """

    def __init__(self, core: GraphDef[Any]) -> None:
        """Read a structure."""
        self.first = _first_places(core)
        self.numbers: dict[int, int] = {}
        self.leaves: list[int] = []
        stack: list[Child | Leaf] = [Child(0)]
        while stack:
            entry = stack.pop()
            if isinstance(entry, Leaf):
                self.leaves.append(entry.leaf)
                continue
            number = entry.index
            self.numbers[number] = len(self.numbers)
            definition: Any = core.nodes[number]
            if isinstance(definition, NodeDef):
                stack += reversed(self._shown_at(core, number, definition))
            else:
                self.leaves.append(definition.leaf)

    def _shown_at(
        self, core: GraphDef[Any], number: int, definition: NodeDef
    ) -> list[Child | Leaf]:
        held = dict(holding(core, definition))
        entries = [(k, held[k]) for k in attribute_names(definition) if k in held]
        return [
            entry
            for key, entry in entries
            if isinstance(entry, Leaf) or self.first[entry.index] == (number, key)
        ]


def static_fields(core: GraphDef[Any], definition: NodeDef) -> Mapping[Any, Any]:
    """The static attributes of a node, as they were assigned."""
    found = dict(statics(core, definition))
    return {key: found[key] for key in attribute_names(definition) if key in found}


def _first_places(core: GraphDef[Any]) -> dict[int, tuple[int, Any]]:
    found: dict[int, tuple[int, Any]] = {}
    stack: list[tuple[int, tuple[int, Any]]] = [(0, (-1, None))]
    while stack:
        number, place = stack.pop()
        if number in found:
            continue
        found[number] = place
        definition = core.nodes[number]
        if isinstance(definition, NodeDef):
            stack += [
                (entry.index, (number, key))
                for key, entry in reversed(definition.attributes)
                if isinstance(entry, Child)
            ]
    return found

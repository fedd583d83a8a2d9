"""Definitions to objects: make a graph anew, or make objects that exist match.

Cells and mutable nodes are made first, empty, so that anything may point at them;
then every node gets its items, from the last definition to the first, so that an
immutable node finds its items complete.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ._graphdef import CellDef, Definition, GraphDef, NodeDef, NodeRef
from ._trace import hold_trace
from .errors import ForeignReferenceError


def build(
    graphdef: GraphDef[Any],
    contents: Sequence[Any],
    known: Mapping[int, Any] | None = None,
) -> list[Any]:
    """Every object of a graph, by number; the root is the first.

    Args:
        graphdef: the structure.
        contents: for each leaf in leaf order the content of the cell, or the
            array. What belongs to a known cell is not looked at.
        known: objects to use instead of making them, by number. They are left as
            they are.
    """
    with hold_trace():
        return _build(graphdef, contents, known or {})


def _build(
    graphdef: GraphDef[Any], contents: Sequence[Any], known: Mapping[int, Any]
) -> list[Any]:
    definitions: Sequence[Any] = graphdef.nodes
    objects: list[Any] = [None] * len(definitions)
    for number, thing in known.items():
        objects[number] = thing
    for leaf, (number, key) in enumerate(graphdef.owners):
        if key is None and number not in known:
            cell: CellDef = definitions[number]
            objects[number] = cell.kind.create(cell.type, cell.metadata, contents[leaf])
    nodes = [number for number in graphdef.node_numbers if number not in known]
    for number in nodes:
        definition = definitions[number]
        if isinstance(definition, NodeRef):
            raise ForeignReferenceError(definition.index)
        if definition.kind.create is not None:
            objects[number] = definition.kind.create(definition.type, definition.rest)
    for number in reversed(nodes):
        definition = definitions[number]
        items = items_of(definition, objects, contents)
        kind = definition.kind
        if kind.build is not None:
            objects[number] = kind.build(definition.type, definition.rest, items)
        elif kind.fill is not None:
            kind.fill(objects[number], items)
    return objects


def items_of(
    definition: NodeDef, objects: Sequence[Any], contents: Sequence[Any]
) -> dict[Any, Any]:
    """The items of one node, once the objects it points to exist."""
    template, children, leaves = definition.template
    items = template.copy()
    for key, index in children:
        items[key] = objects[index]
    for key, leaf in leaves:
        items[key] = contents[leaf]
    return items


def make_match(
    definition: Definition,
    thing: Any,
    objects: Sequence[Any],
    contents: Sequence[Any],
) -> None:
    """Edit an object that exists until its definition describes it.

    The content of a cell is left alone.
    """
    if isinstance(definition, CellDef):
        if definition.kind.describe(thing) != definition.metadata:
            definition.kind.redescribe(thing, definition.metadata)
    elif isinstance(definition, NodeDef) and definition.kind.fill is not None:
        if definition.kind.refit is not None:
            definition.kind.refit(thing, definition.rest)
        definition.kind.fill(thing, items_of(definition, objects, contents))

"""Graphs that refer to objects of other graphs.

Several graphs are taken apart one after the other. Each object gets a number when
it is first met; a later graph that holds it refers to the number. The graphs are put
together in the same order, and numbers are given out in the same way.
"""

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from typing import Any

from ._build import make_match
from ._graphdef import CellDef, GraphDef, NodeRef, intern
from ._leaves import Slot
from ._tracked import Tracked, require_own_trace
from ._walk import Walk
from .errors import ForeignReferenceError


def flatten_onto(
    node: Any,
    numbers: MutableMapping[Any, int],
    outside: Mapping[Any, int] | None = None,
) -> tuple[GraphDef[Any], list[Any]]:
    """Take a graph apart that refers to objects already numbered.

    Args:
        node: the root.
        numbers: the objects met so far; this graph's are added.
        outside: objects that came in from outside, with their numbers there.

    Returns:
        The structure, and its own leaves.
    """
    walk = Walk(elsewhere=numbers)
    walk.visit(node)
    graphdef = walk.graphdef()
    if outside is not None:
        outer = tuple(map(outside.get, walk.objects))
        graphdef = intern(graphdef.nodes, graphdef.num_leaves, outer)
    for thing in _new_objects(graphdef, walk.objects):
        numbers[thing] = len(numbers)
    return graphdef, [
        owner if key is None else Slot(owner, key).read() for owner, key in walk.leaves
    ]


def add_objects(
    graphdef: GraphDef[Any], objects: Sequence[Any], numbers: MutableMapping[int, Any]
) -> None:
    """Number the objects of a graph that was put together."""
    for thing in _new_objects(graphdef, objects):
        numbers[len(numbers)] = thing


def referred_to(graphdef: GraphDef[Any], objects: Mapping[int, Any]) -> dict[int, Any]:
    """The objects a structure refers to, by its own numbers.

    Raises:
        ForeignReferenceError: an object is not there.
    """
    known = {}
    for number, definition in enumerate(graphdef.nodes):
        if isinstance(definition, NodeRef):
            if definition.index not in objects:
                raise ForeignReferenceError(definition.index)
            known[number] = objects[definition.index]
    return known


def already_there(
    graphdef: GraphDef[Any], outside: Mapping[int, Any]
) -> dict[int, Any]:
    """The objects a structure was made of outside, by its own numbers.

    Raises:
        TraceLevelError: one of them belongs to another trace, and may not be edited.
    """
    there = {
        number: outside[index]
        for number, index in enumerate(graphdef.outer or ())
        if index is not None and index in outside
    }
    for thing in there.values():
        if isinstance(thing, Tracked):
            require_own_trace(thing)
    return there


def write_back(
    graphdef: GraphDef[Any],
    there: Mapping[int, Any],
    objects: Sequence[Any],
    leaves: Sequence[Any],
) -> None:
    """Let objects that exist have the items, contents and metadata they should.

    Args:
        graphdef: the structure.
        there: the objects that exist, by number.
        objects: all objects, by number.
        leaves: cells or contents, in leaf order.
    """
    for number, thing in there.items():
        definition = graphdef.nodes[number]
        make_match(definition, thing, objects, leaves)
        if isinstance(definition, CellDef) and leaves[definition.leaf] is not thing:
            definition.kind.assign(thing, leaves[definition.leaf])


def _new_objects(graphdef: GraphDef[Any], objects: Sequence[Any]) -> Iterator[Any]:
    for definition, thing in zip(graphdef.nodes, objects, strict=True):
        if definition.has_identity and not isinstance(definition, NodeRef):
            yield thing

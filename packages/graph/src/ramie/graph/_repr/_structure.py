"""Text of a GraphDef: a tree of definitions, each spelled once and numbered.

Static values stand together, then what holds something, one a line. Of a large
structure the outer nodes are shown, and how much is folded away.
"""

from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

from .._graphdef import (
    Attribute,
    CellDef,
    Child,
    Definition,
    GraphDef,
    Leaf,
    NodeDef,
    NodeRef,
)
from .._labels import shorten, show_many
from .._registry import Static
from ._colour import paint
from ._layout import INDENT, WIDTH
from ._values import show_value

MOST_LINES = 200
"""Nodes are opened, outer ones first, until about that many lines are shown."""
MOST_CHILDREN = 24
"""Of a node with more children, the first ones are shown."""
LONGEST = 120
"""A longer text of a static value is cut."""


def show_graphdef(graphdef: GraphDef[Any]) -> str:
    """Text of a GraphDef: a tree in which a second occurrence is its number."""
    lines = [f"GraphDef( {paint('size', '# ' + count_definitions(graphdef))}"]
    opened = _opened(graphdef)
    spelled: set[int] = set()
    stack: list[tuple[int, str, Any]] = [(1, "", Child(0))]
    while stack:
        depth, label, entry = stack.pop()
        indent = INDENT * depth
        if isinstance(entry, Child) and entry.index not in spelled:
            spelled.add(entry.index)
            definition = graphdef.nodes[entry.index]
            lines.append(f"{indent}{label}{head_of(entry.index, definition)}")
            if isinstance(definition, NodeDef):
                below = _below(graphdef, definition, entry.index in opened)
                stack += [(depth + 1, *each) for each in reversed(list(below))]
        elif isinstance(entry, Child):
            lines.append(f"{indent}{label}{paint('again', f'→ #{entry.index}')}")
        elif isinstance(entry, Leaf):
            lines.append(f"{indent}{label}{paint('array', '<array>')}")
        else:
            width = max(WIDTH - len(indent), WIDTH // 2)
            lines += [indent + line for line in _fill(entry, width)]
    return "\n".join([*lines, ")"])


def count_definitions(graphdef: GraphDef[Any]) -> str:
    """How many nodes, cells and arrays a structure has, in words."""
    found = Counter(map(type, graphdef.nodes))
    counts = {
        "node": found[NodeDef],
        "cell": found[CellDef],
        "array": graphdef.num_leaves - found[CellDef],
        "reference": found[NodeRef],
    }
    return ", ".join(show_many(n, thing) for thing, n in counts.items() if n)


def head_of(number: int, definition: Definition) -> str:
    """Type and number of a definition, and the metadata of a cell."""
    if isinstance(definition, NodeRef):
        return paint("again", f"→ #{definition.index} of an earlier graph")
    head = f"{paint('type', definition.type.__name__)} #{number}"
    if not isinstance(definition, CellDef) or not definition.metadata:
        return head
    metadata: Any = definition.metadata
    try:
        shown = " ".join(f"{name}={show_value(value)}" for name, value in metadata)
    except (TypeError, ValueError):
        shown = show_value(metadata)
    return f"{head} {shown}"


def holding(
    graphdef: GraphDef[Any], definition: NodeDef
) -> list[tuple[Any, Child | Leaf]]:
    """The attributes that hold a node, a cell or an array."""
    return [
        (key, attribute)
        for key, attribute in definition.attributes
        if isinstance(attribute, (Child, Leaf)) and _fixed(graphdef, attribute) is None
    ]


def statics(graphdef: GraphDef[Any], definition: NodeDef) -> list[tuple[Any, Any]]:
    """The attributes that are static, with their values."""
    found = [(key, _fixed(graphdef, each)) for key, each in definition.attributes]
    return [(key, fixed.value) for key, fixed in found if fixed is not None]


def _fixed(graphdef: GraphDef[Any], attribute: Attribute) -> Static | None:
    """A static value, which a tuple of static values is too."""
    if isinstance(attribute, Static):
        return attribute
    if isinstance(attribute, Leaf):
        return None
    definition = graphdef.nodes[attribute.index]
    if definition.type is not tuple or not isinstance(definition, NodeDef):
        return None
    items = [_fixed(graphdef, item) for _, item in definition.attributes]
    values = tuple(item.value for item in items if item is not None)
    return Static(values) if len(values) == len(items) else None


def _below(
    graphdef: GraphDef[Any], definition: NodeDef, is_open: bool
) -> Iterator[tuple[str, Any]]:
    """What is said about a node: labels with attributes, or items of a text."""
    if not is_open:
        if definition.attributes:
            yield "", [f"… {show_many(len(definition.attributes), 'attribute')}"]
        return
    if fixed := statics(graphdef, definition):
        yield (
            "",
            [shorten(f"{key}={show_value(value)}", LONGEST) for key, value in fixed],
        )
    children = holding(graphdef, definition)
    for key, child in children[:MOST_CHILDREN]:
        yield f"{paint('name', str(key))}: ", child
    if (more := len(children) - MOST_CHILDREN) > 0:
        yield "", [f"… {more:,} more"]


def _fill(items: list[str], width: int) -> list[str]:
    """Items with commas between them, as many on a line as fit."""
    lines = [items[0]]
    for item in items[1:]:
        lines[-1] += ","
        if len(lines[-1]) + len(item) + 2 > width:
            lines.append(item)
        else:
            lines[-1] += f" {item}"
    return lines


def _opened(graphdef: GraphDef[Any]) -> set[int]:
    """The nodes whose attributes are shown: from the root outwards."""
    opened: set[int] = set()
    queue = deque([0])
    lines = 0
    while queue:
        number = queue.popleft()
        definition = graphdef.nodes[number]
        if number in opened or not isinstance(definition, NodeDef):
            continue
        shown = holding(graphdef, definition)[:MOST_CHILDREN]
        lines += len(shown) + 1
        if opened and lines > MOST_LINES:
            break
        opened.add(number)
        queue += [child.index for _, child in shown if isinstance(child, Child)]
    return opened

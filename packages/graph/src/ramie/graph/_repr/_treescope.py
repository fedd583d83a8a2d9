"""Trees that unfold, for treescope. Only treescope calls this, so it is installed."""

from typing import Any

from .._graphdef import Child, GraphDef, Leaf, NodeDef
from ._parts import Parts, parts_of
from ._sizes import describe_size
from ._structure import count_definitions, head_of, holding, statics

DEEPEST = 20
"""Definitions deeper than this are named by their number."""


def render(thing: Any, path: str | None, subtree_renderer: Any) -> Any:
    """What treescope shows of an object.

    Args:
        thing: a node, a cell, a state or a GraphDef.
        path: how the object is reached from what is shown, in Python.
        subtree_renderer: `(value, path)` → what treescope shows of a part.
    """
    if isinstance(thing, GraphDef):
        return _GraphDef(thing, path, subtree_renderer).render()
    parts = parts_of(thing) or Parts(type(thing).__name__, [])
    children = []
    for part in parts.items:
        below = None if path is None else path + part.access
        children.append((part.label, subtree_renderer(part.value, path=below)))
    half = len(parts.ends) // 2
    return _box(
        parts.name + parts.ends[:half],
        describe_size(thing, set()),
        children,
        parts.ends[half:],
        path,
    )


def _box(
    head: str, size: str, children: list[tuple[str, Any]], end: str, path: str | None
) -> Any:
    from treescope import rendering_parts as rp

    start = rp.text(head)
    if size:
        # Beside a line of its own; in one that is folded, an aside.
        comment = rp.comment_color(rp.text(f" # {size}"))
        aside = rp.comment_color(rp.text(f"/* {size} */ "))
        start = rp.siblings(start, rp.fold_condition(expanded=comment, collapsed=aside))
    return rp.build_foldable_tree_node_from_children(
        prefix=start,
        children=[rp.siblings_with_annotations(*child) for child in children],
        suffix=end,
        comma_separated=True,
        path=path,
    )


class _GraphDef:
    """One structure being rendered: each definition once, later ones by number."""

    def __init__(self, graphdef: GraphDef[Any], path: str | None, part: Any) -> None:
        self.graphdef, self.path, self.part = graphdef, path, part
        self.spelled: set[int] = set()

    def render(self) -> Any:
        size = count_definitions(self.graphdef)
        root = self._attribute(Child(0), 0)
        return _box("GraphDef(", size, [("", root)], ")", self.path)

    def _attribute(self, attribute: Child | Leaf, depth: int) -> Any:
        from treescope import rendering_parts as rp

        if isinstance(attribute, Leaf):
            return rp.text("<array>")
        number = attribute.index
        if number in self.spelled or depth > DEEPEST:
            return rp.text(f"→ #{number}")
        self.spelled.add(number)
        definition = self.graphdef.nodes[number]
        head = head_of(number, definition)
        if not isinstance(definition, NodeDef):
            return rp.text(head)
        return _box(f"{head}(", "", self._children(definition, depth), ")", None)

    def _children(self, definition: NodeDef, depth: int) -> list[tuple[str, Any]]:
        fixed = [
            (f"{key}=", self.part(value, path=None))
            for key, value in statics(self.graphdef, definition)
        ]
        return fixed + [
            (f"{key}: ", self._attribute(attribute, depth + 1))
            for key, attribute in holding(self.graphdef, definition)
        ]

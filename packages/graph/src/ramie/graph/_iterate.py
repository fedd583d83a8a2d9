"""Visit the nodes of a graph."""

from collections.abc import Iterator
from typing import Any

from ._graphdef import Child, NodeDef
from ._modes import is_graph_mode, view_in_mode
from ._registry import STATIC, CellKind, NodeKind, Static, is_object, kind_of
from ._view import view_that_holds
from .errors import CyclicContainerError, UnknownNodeError
from .typing import Key, Path


def iter_nodes(node: Any, /) -> Iterator[tuple[Path, Any]]:
    """Every node below and including a root, once, children before parents.

    Yields:
        (path, node), by the first path that leads to the node.

    Example:
        >>> [path for path, _ in iter_nodes({"a": [1], "b": {}})]
        [('a',), ('b',), ()]
    """
    view = view_that_holds(node)
    if view is None:
        yield from _iter_living_nodes(node)
        return
    nodes = view.graphdef.nodes
    objects = [node, *view.objects[1:]]
    seen = {0}
    stack: list[tuple[int, Iterator[tuple[Key, int]]]]
    stack = [(0, _child_numbers(nodes[0]))]
    keys: list[Key] = []
    while stack:
        number, children = stack[-1]
        for key, child in children:
            if child not in seen and isinstance(nodes[child], NodeDef):
                seen.add(child)
                keys.append(key)
                stack.append((child, _child_numbers(nodes[child])))
                break
        else:
            if isinstance(nodes[number], NodeDef):
                yield tuple(keys), objects[number]
            stack.pop()
            del keys[-1:]


def _iter_living_nodes(node: Any) -> Iterator[tuple[Path, Any]]:
    """The same without a view: a walk for a view reads more than nodes."""
    if isinstance(kind_of(node), NodeKind):
        return _post_order(node, leaves=False)
    if isinstance(kind_of(node), CellKind):
        return iter(())
    raise UnknownNodeError(node)


def iter_children(
    node: Any, /, *, graph: bool | None = None
) -> Iterator[tuple[Key, Any]]:
    """The objects that a node holds itself, with their keys.

    They are what has an identity: modules and Variables, say. An array, a static
    value, and a tuple, list or dict of whatever it is, are values and no children.

    Args:
        node: the node.
        graph: accepted for symmetry; the children are the same in both modes.

    Raises:
        UnknownNodeError: the value is not a node.

    Example:
        >>> ref = jax.new_ref(jnp.ones(2))
        >>> [key for key, _ in iter_children({"a": ref, "b": [ref], "n": 3})]
        ['a']
    """
    del graph
    kind = kind_of(node)
    if not isinstance(kind, NodeKind):
        raise UnknownNodeError(node)
    for key, value in kind.flatten(node)[0]:
        if type(value) is not Static and is_object(value):
            yield key, value


def iter_graph(
    node: Any, /, *, graph: bool | None = None
) -> Iterator[tuple[Path, Any]]:
    """Everything below and including a root, each node and cell once.

    Arrays and static values are visited wherever they stand; children come before
    their parents.

    Args:
        node: the root.
        graph: graph mode or tree mode, which leaves static values out; None asks
            `set_graph_mode`.

    Raises:
        SharedInTreeError: in tree mode, two paths lead to one cell.

    Example:
        >>> list(iter_graph({"a": [1]}))
        [(('a', 0), 1), (('a',), [1]), ((), {'a': [1]})]
    """
    if is_graph_mode(graph):
        return _iter_graph(node)
    view_in_mode(node, False, "iter_graph()")
    return (entry for entry in _iter_graph(node) if kind_of(entry[1]) is not STATIC)


def _iter_graph(node: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(kind_of(node), NodeKind):
        return _post_order(node, leaves=True)
    return iter([((), node)])


def _post_order(node: Any, *, leaves: bool) -> Iterator[tuple[Path, Any]]:
    """Every node below a node, children first, and if wanted what is in them."""
    root = _Visit(node, set())
    seen = {id(node)} if root.kind.mutable else set()
    stack = [root]
    keys: list[Key] = []
    while stack:
        visit = stack[-1]
        around = visit.around
        for key, value in visit.items:
            item: Any = value
            kind: Any = kind_of(value)
            if type(value) is Static:
                item, kind = value.value, STATIC
            if type(kind) is NodeKind:
                if kind.mutable:
                    # It has identity, and ends every cycle through it.
                    if id(item) in seen:
                        continue
                    seen.add(id(item))
                    stack.append(_Visit(item, set()))
                elif id(item) in around:
                    raise CyclicContainerError(type(item).__name__)
                else:
                    around.add(id(item))
                    stack.append(_Visit(item, around))
                keys.append(key)
                break
            if leaves:
                if type(kind) is CellKind:
                    if id(item) in seen:
                        continue
                    seen.add(id(item))
                yield (*keys, key), item
        else:
            yield tuple(keys), visit.node
            around.discard(id(visit.node))
            stack.pop()
            del keys[-1:]


class _Visit:
    """A node in the middle of being visited.

    Attributes:
        around: what has no identity around the next items, up to what has one.
    """

    __slots__ = ("around", "items", "kind", "node")

    def __init__(self, node: Any, around: set[int]) -> None:
        self.node, self.around = node, around
        kind: Any = kind_of(node)
        self.kind: NodeKind = kind
        self.items = iter(kind.flatten(node)[0])


def _child_numbers(definition: Any) -> Iterator[tuple[Key, int]]:
    if not isinstance(definition, NodeDef):
        return iter(())
    return (
        (key, attribute.index)
        for key, attribute in definition.attributes
        if isinstance(attribute, Child)
    )

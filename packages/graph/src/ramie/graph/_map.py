"""Make a new graph by applying a function to what is in a graph."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ._flatten import flatten, unflatten
from ._modes import is_graph_mode, view_in_mode
from ._registry import STATIC, CellKind, NodeKind, Order, Static, kind_of
from .errors import CyclicGraphError
from .typing import Key, Path


def map(
    f: Callable[[Path, Any], Any],
    node: Any,
    /,
    *,
    graph: bool | None = None,
    recreate_variables: bool = True,
) -> Any:
    """A new graph with `f(path, leaf)` in place of each leaf.

    Args:
        f: gets the path of a leaf and the leaf: a cell, or an array that a node
            holds directly. A cell it returns becomes part of the new graph;
            anything else it returns for a cell is the content of a new cell of the
            same type and metadata.
        node: the root; it is left as it is.
        graph: graph mode or tree mode; None asks `set_graph_mode`.
        recreate_variables: make a cell of what `f` returns for one; with False,
            what it returns takes the place of the cell.

    Returns:
        The new graph, with the same structure and sharing.

    Raises:
        SharedInTreeError: in tree mode, two paths lead to one cell.

    Example:
        >>> from ramie.graph import map
        >>> map(lambda path, x: x * 2, {"a": jnp.ones(2), "name": "m"})["a"].tolist()
        [2.0, 2.0]
    """
    structure, leaves = flatten(node, graph=graph)
    mapped = [f(path, leaf) for path, leaf in leaves]
    return unflatten(structure, mapped, recreate_variables=recreate_variables)


def recursive_map(
    f: Callable[[Path, Any], Any], node: Any, /, *, graph: bool | None = None
) -> Any:
    """A new graph with `f(path, value)` in place of every value, the root included.

    Children come before their parents: `f` gets a copy of a node that holds what
    `f` returned for its items. It sees every value there is: nodes, cells, arrays
    and static values.

    Args:
        f: gets the path of a value and the value; what it returns takes its place.
        node: the root. Its nodes are left as they are; its cells are passed to `f`
            themselves, not copied.
        graph: graph mode or tree mode, in which `f` does not see static values;
            None asks `set_graph_mode`.

    Returns:
        What `f` returned for the root. A node or cell that is shared is mapped
        once, by the first path that leads to it, and its replacement is shared.

    Raises:
        CyclicGraphError: a node contains itself, so that none of its copies could
            be complete before it is mapped.
        SharedInTreeError: in tree mode, two paths lead to one cell.

    Example:
        >>> from ramie.graph import recursive_map
        >>> recursive_map(lambda path, x: x + 1 if x == 3 else x, {"a": [3, 4]})
        {'a': [4, 4]}
    """
    if is_graph_mode(graph):
        return _Mapping(f).run(node)
    view_in_mode(node, False, "recursive_map()")
    return _Mapping(_but_static(f)).run(node)


def _but_static(f: Callable[[Path, Any], Any]) -> Callable[[Path, Any], Any]:
    return lambda path, value: value if kind_of(value) is STATIC else f(path, value)


class _Mapping:
    """One run of `recursive_map`: what is under way, and what is done."""

    def __init__(self, f: Callable[[Path, Any], Any]) -> None:
        self._f = f
        self._keys: list[Key] = []
        self._stack: list[_Frame] = []
        self._open: dict[int, Path] = {}
        self._done: dict[int, tuple[Any, Any]] = {}

    def run(self, root: Any) -> Any:
        """Map everything below a root, and the root."""
        is_done, result = self._enter(root)
        while not is_done:
            frame = self._stack[-1]
            for key, item in frame.todo:
                self._keys.append(key)
                entered_is_done, mapped = self._enter(item)
                if not entered_is_done:
                    break
                frame.mapped[self._keys.pop()] = mapped
            else:
                result = self._leave(self._stack.pop())
                is_done = not self._stack
                if not is_done:
                    self._stack[-1].mapped[self._keys.pop()] = result
        return result

    def _enter(self, value: Any) -> tuple[bool, Any]:
        """(True, the replacement), or a frame on the stack for a node's items."""
        kind = kind_of(value)
        if id(value) in self._done:
            return True, self._done[id(value)][1]
        path = tuple(self._keys)
        if not isinstance(kind, NodeKind):
            result = self._f(path, value)
            if isinstance(kind, CellKind):
                self._done[id(value)] = value, result
            return True, result
        if id(value) in self._open:
            raise CyclicGraphError(
                type(value).__name__, self._open[id(value)], path, "recursive_map()"
            )
        self._open[id(value)] = path
        self._stack.append(_Frame(value, kind))
        return False, None

    def _leave(self, frame: "_Frame") -> Any:
        """The replacement of a node whose items all have theirs."""
        path = self._open.pop(id(frame.node))
        result = self._f(path, frame.rebuilt())
        if frame.kind.mutable:
            # The node is kept as well: an id means something while it lives.
            self._done[id(frame.node)] = frame.node, result
        return result


class _Frame:
    """A node whose items are being mapped."""

    def __init__(self, node: Any, kind: NodeKind) -> None:
        items, self._rest = kind.flatten(node)
        self.node, self.kind = node, kind
        self.mapped: dict[Key, Any] = {}
        self.todo: Iterator[tuple[Key, Any]] = iter(
            [(key, item.value if type(item) is Static else item) for key, item in items]
        )

    def rebuilt(self) -> Any:
        """A new node of the same type with the mapped items."""
        kind, cls, items = self.kind, type(self.node), self._in_order()
        if kind.build is not None:
            return kind.build(cls, self._rest, items)
        assert kind.create is not None
        assert kind.fill is not None
        node = kind.create(cls, self._rest)
        kind.fill(node, items)
        return node

    def _in_order(self) -> Mapping[Key, Any]:
        if isinstance(self._rest, Order):
            return {key: self.mapped[key] for key in self._rest.keys}
        return self.mapped

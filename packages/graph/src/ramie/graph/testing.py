"""Contracts as tests: what the graph core expects of registered kinds.

Whoever registers a node or a cell runs these on instances of it, in a test of their
own. They raise AssertionError and say which promise is broken. Nothing imports this
module but tests.
"""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

from ._flatten import flatten, unflatten
from ._leaves import LeafGroup
from ._page import Page, carry_out
from ._paranoid import paranoid
from ._registry import CellKind, NodeKind, Static, is_cell, kind_of
from ._split import clone, graphdef, merge, split
from ._tracked import Tracked
from ._walk import Walk

__all__ = ["check_cell", "check_node", "check_round_trip"]


def check_node(node: Any) -> None:
    """Raise AssertionError unless a node's kind keeps the contract of nodes.

    The node itself is left as it is; copies are edited.

    Args:
        node: an instance of a registered type, best with some items of each sort.

    Example:
        >>> check_node({"weights": jnp.ones(2), "name": "a", "below": [1, 2]})
    """
    kind = kind_of(node)
    name = type(node).__name__
    if not isinstance(kind, NodeKind):
        raise AssertionError(f"{name} is not a registered node")
    items, rest = _take_apart(kind, node)
    again, rest_again = _take_apart(kind, node)
    _require(
        list(items) == list(again),
        f"flatten() of {name} must give the keys in the same order each time",
    )
    _require(
        rest == rest_again and hash(rest) == hash(rest_again),
        f"flatten() of {name} must give an equal, hashable rest each time",
    )
    _require(
        kind.build is not None or None not in (kind.create, kind.fill),
        f"{name} needs build(), or both create() and fill()",
    )
    _require(
        kind.mutable or kind.set_item is None,
        f"{name} has build(), so it is immutable: it cannot have set_item()",
    )
    check_round_trip(node)
    if kind.mutable:
        _check_mutable(kind, node, items, rest)


def check_cell(cell: Any, replacement: Any) -> None:
    """Raise AssertionError unless a cell's kind keeps the contract of cells.

    The cell itself is left as it is; copies are edited.

    Args:
        cell: an instance of a registered type.
        replacement: another content for such a cell.
    """
    kind = kind_of(cell)
    name = type(cell).__name__
    if not isinstance(kind, CellKind):
        raise AssertionError(f"{name} is not a registered cell")
    content, metadata = kind.read(cell), kind.describe(cell)
    _require(
        _same(kind, kind.read(cell), content),
        f"read() of {name} must not make a new content",
    )
    try:
        hash(metadata)
    except TypeError as error:
        raise AssertionError(f"describe() of {name} must be hashable") from error
    _require(
        kind.describe(cell) == metadata,
        f"describe() of {name} must be equal each time",
    )
    copy = kind.create(type(cell), metadata, content)
    _require(type(copy) is type(cell), f"create() must make a {name}")
    _require(copy is not cell, f"create() of {name} must make a new cell")
    _require(
        _same(kind, kind.read(copy), content),
        f"create() of {name} must keep the content",
    )
    _require(
        kind.describe(copy) == metadata, f"describe() of {name} must survive create()"
    )
    kind.write(copy, replacement)
    _require(
        _same(kind, kind.read(copy), replacement),
        f"read() of {name} must return what write() stored",
    )
    _require(
        _same(kind, kind.read(cell), content),
        f"two cells of {name} must not share their content",
    )
    _check_read_all(kind, [cell, copy])
    _check_paging(kind, cell, replacement)
    _check_assign(kind, cell, replacement)
    kind.redescribe(copy, metadata)
    _require(
        kind.describe(copy) == metadata,
        f"describe() of {name} must return what redescribe() was given",
    )
    check_round_trip({"cell": cell, "again": cell})


def check_round_trip(node: Any) -> None:
    """Raise AssertionError unless a graph survives being taken apart.

    Args:
        node: the root of any graph.

    Example:
        >>> shared = [jnp.ones(2)]
        >>> check_round_trip({"x": shared, "y": shared})
    """
    structure, leaves = flatten(node)
    for action, copy in {
        "unflatten(*flatten())": unflatten(structure, leaves),
        "merge(*split())": merge(*split(node)),
        "clone()": clone(node),
    }.items():
        _require(
            graphdef(copy) == structure,
            f"{action} changed the structure:\n{graphdef(copy)}\nwas\n{structure}",
        )
        _check_new_nodes(action, node, copy)
    _require(graphdef(node) == structure, "taking the graph apart changed it")
    for (path, leaf), (_, same) in zip(flatten(node)[1], leaves, strict=True):
        _require(leaf is same, f"taking the graph apart replaced the leaf at {path}")


def _take_apart(kind: NodeKind, node: Any) -> tuple[dict[Any, Any], Any]:
    name = type(node).__name__
    pairs, rest = kind.flatten(node)
    pairs = list(pairs)
    for key, _ in pairs:
        _require(
            isinstance(key, (str, int)),
            f"flatten() of {name} gave the key {key!r}, which is no str and no int",
        )
    items = dict(pairs)
    _require(len(items) == len(pairs), f"flatten() of {name} gave a key twice")
    return items, rest


def _check_mutable(kind: Any, node: Any, items: Mapping[Any, Any], rest: Any) -> None:
    name = type(node).__name__
    copy = kind.create(type(node), rest)
    _require(copy is not node, f"create() of {name} must make a new node")
    kind.fill(copy, _plain(items))
    filled, _ = _take_apart(kind, copy)
    _require(list(filled) == list(items), f"fill() of {name} must make the given items")
    for key, value in _plain(items).items():
        _require(
            _plain(filled)[key] is value,
            f"fill() of {name} must keep the item {key!r} as it is",
        )
    if kind.refit is not None:
        kind.refit(copy, rest)
        _require(
            _take_apart(kind, copy)[1] == rest,
            f"refit() of {name} must give the node the rest that it is given",
        )
    with paranoid(False):
        before = graphdef(copy)
        kind.fill(copy, {})
        after = graphdef(copy)
    left, _ = _take_apart(kind, copy)
    _require(not left, f"fill() of {name} must remove other items")
    _require(
        not items or after != before,
        f"fill() of {name} must tell that the structure changed: see "
        f"ramie.graph.extend.structure_changed()",
    )


def _check_read_all(kind: CellKind, cells: list[Any]) -> None:
    if kind.read_all is None:
        return
    contents = kind.read_all(cells)
    _require(
        len(contents) == len(cells)
        and all(
            _same(kind, content, kind.read(cell))
            for content, cell in zip(contents, cells, strict=True)
        ),
        f"read_all() of {type(cells[0]).__name__} must return what read() returns",
    )


def _check_paging(kind: CellKind, cell: Any, replacement: Any) -> None:
    if kind.paging is None:
        return
    name, content = type(cell).__name__, kind.read(cell)
    copy = kind.create(type(cell), kind.describe(cell), content)
    group = LeafGroup([copy], [kind])
    page = Page(group)
    for assigned in (None, content):
        while (writes := page.writing([replacement])) is None:
            carry_out([group.writing([content])])
        carry_out([writes])
        _require(
            kind.read(copy) is replacement,
            f"read() of {name} must ask its page where the cell is empty",
        )
        expected = replacement if assigned is None else assigned
        if assigned is None:
            page.put_back()
        else:
            kind.assign(copy, assigned)
        _require(
            not page.lists and kind.read(copy) is expected,
            f"assign() of {name} must have its page put everything back first",
        )


def _check_assign(kind: CellKind, cell: Any, replacement: Any) -> None:
    name = type(cell).__name__
    metadata = kind.describe(cell)
    source = kind.create(type(cell), metadata, replacement)
    for value in (replacement, source):
        target = kind.create(type(cell), metadata, kind.read(cell))
        kind.assign(target, value)
        _require(
            _same(kind, kind.read(target), replacement),
            f"assign() of {name} must take a content, and that of another cell",
        )
        _require(
            kind.describe(target) == metadata,
            f"assign() of {name} must take the metadata of another cell",
        )


def _same(kind: CellKind, content: Any, other: Any) -> bool:
    """Whether a cell gave back what it was given; a copy, if its kind copies."""
    return content is other or (kind.copies and bool(jnp.array_equal(content, other)))


def _check_new_nodes(action: str, node: Any, copy: Any) -> None:
    walk, copied = Walk(), Walk()
    walk.visit(node)
    copied.visit(copy)
    for definition, old, new in zip(
        walk.definitions, walk.objects, copied.objects, strict=True
    ):
        if isinstance(definition.kind, NodeKind) and definition.kind.mutable:
            name = type(old).__name__
            _require(old is not new, f"{action} returned the same {name}, no new one")
            if isinstance(new, Tracked) and isinstance(old, Tracked):
                _require(
                    type(new) is type(old), f"{action} changed the type of a {name}"
                )
        elif action == "clone()" and is_cell(old):
            _require(old is not new, f"{action} kept a {type(old).__name__}")


def _plain(items: Mapping[Any, Any]) -> dict[Any, Any]:
    return {
        key: value.value if type(value) is Static else value
        for key, value in items.items()
    }


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise AssertionError(message)

"""The smallest complete kinds for tests to walk; nothing above the core."""

import dataclasses
from typing import Any, NamedTuple

import jax

from ramie.graph.extend import (
    CellKind,
    NodeKind,
    Tracked,
    register_cell,
    register_node,
    require_own_trace,
    retyped,
    sort_keys,
    structure_changed,
)


class Box(Tracked):
    """A tracked node: its attributes are its items."""

    def __init__(self, **items):
        for name, value in items.items():
            setattr(self, name, value)

    def __setattr__(self, name, value):
        require_own_trace(self)
        old = vars(self).get(name)
        vars(self)[name] = value
        arrays = isinstance(old, jax.Array) and isinstance(value, jax.Array)
        if not arrays or retyped(old, value):
            structure_changed(self)

    def __delattr__(self, name):
        require_own_trace(self)
        object.__delattr__(self, name)
        structure_changed(self)


def _items(box):
    items = dict(vars(box))
    return [(name, items[name]) for name in sort_keys(items)], None


def _fill(box, items):
    vars(box).clear()
    vars(box).update(items)
    structure_changed(box)


register_node(
    Box,
    NodeKind(
        _items, create=lambda cls, _: cls.__new__(cls), fill=_fill, set_item=setattr
    ),
)


class Cell(Tracked):
    """A tracked cell."""

    __slots__ = ("content", "metadata")

    def __init__(self, content, **metadata):
        self.content, self.metadata = content, metadata

    @property
    def tag(self):
        return self.metadata.get("tag")


class Special(Cell):
    """A cell that is selected by a type of its own."""

    __slots__ = ()


class Loose:
    """A cell that tells nobody when it is edited."""

    def __init__(self, content, **metadata):
        self.content, self.metadata = content, metadata


def write(cell, content):
    if isinstance(cell, Cell):
        require_own_trace(cell)
        if retyped(cell.content, content):
            structure_changed(cell)
    cell.content = content


def _assign(cell, value):
    if isinstance(value, (Cell, Loose)):
        write(cell, value.content)
        redescribe(cell, value.metadata)
    else:
        write(cell, value)


def redescribe(cell, metadata):
    cell.metadata = dict(metadata)
    if isinstance(cell, Cell):
        structure_changed(cell)


CELL = CellKind(
    read=lambda cell: cell.content,
    write=write,
    describe=lambda cell: tuple(sorted(cell.metadata.items())),
    create=lambda cls, metadata, content: cls(content, **dict(metadata)),
    assign=_assign,
    redescribe=redescribe,
)
register_cell(Cell, CELL)
register_cell(Loose, CELL)


class Point(NamedTuple):
    """A pytree of JAX's own, with keys that are not in order."""

    y: Any
    x: Any


@jax.tree_util.register_dataclass
@dataclasses.dataclass
class Pair:
    """A registered dataclass; `name` is part of the structure."""

    left: Any
    right: Any
    name: str = dataclasses.field(default="", metadata={"static": True})


class Bag:
    """A node that tells nobody when it is edited."""

    def __init__(self, **items):
        self.items = items


register_node(
    Bag,
    NodeKind(
        lambda bag: ([(key, bag.items[key]) for key in sort_keys(bag.items)], None),
        create=lambda cls, _: cls(),
        fill=lambda bag, items: setattr(bag, "items", dict(items)),
    ),
)


class Sealed:
    """A node without identity, whose name is part of the structure."""

    def __init__(self, name, *items):
        self.name, self.items = name, items


register_node(
    Sealed,
    NodeKind(
        lambda sealed: (enumerate(sealed.items), sealed.name),
        build=lambda cls, name, items: cls(name, *items.values()),
        frozen=True,
    ),
)

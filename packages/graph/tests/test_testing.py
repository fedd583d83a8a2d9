# ruff: noqa: ARG005 (a broken kind need not use what it is given)

import jax.numpy as jnp
import pytest

from ramie.graph.extend import CellKind, NodeKind, register_cell, register_node
from ramie.graph.testing import check_cell, check_node, check_round_trip

from .kinds import CELL, Box, Cell, Loose, Pair, Point, Special


@pytest.mark.parametrize(
    "node",
    [
        Box(a=jnp.ones(2), b=Cell(jnp.ones(3)), c=3, d=None),
        {"a": jnp.ones(2), 0: "zero"},
        [jnp.ones(2), [Cell(jnp.ones(1))]],
        (jnp.ones(2), {"a": 1}),
        Point(jnp.ones(2), Box(a=1)),
        Pair([jnp.ones(2)], 2, name="pair"),
    ],
    ids=lambda node: type(node).__name__,
)
def test_nodes_keep_the_contract(node):
    check_node(node)


@pytest.mark.parametrize("cls", [Cell, Special, Loose])
def test_cells_keep_the_contract(cls):
    check_cell(cls(jnp.ones(2), note="n"), jnp.zeros(2))


def test_a_cycle_survives_the_round_trip():
    root = Box(cell=Cell(jnp.ones(2)))
    root.me = root

    check_round_trip(root)


def kind_like(**changes):
    facts = {
        name: getattr(CELL, name)
        for name in ("read", "write", "describe", "create", "assign", "redescribe")
    }
    return CellKind(**{**facts, **changes})


BROKEN_CELLS = {
    "must not make a new content": {"read": lambda cell: [cell.content]},
    "must be hashable": {"describe": lambda cell: [1]},
    "describe.. of .* equal each time": {"describe": lambda cell: object()},
    "create.. must make a": {"create": lambda cls, metadata, content: Cell(content)},
    "must survive create": {
        "create": lambda cls, metadata, content: cls(content, lost=True)
    },
    "must keep the content": {
        "create": lambda cls, metadata, content: cls(content + 1, **dict(metadata))
    },
    "must return what write.. stored": {"write": lambda cell, content: None},
    "assign.. of .* must take a content": {"assign": lambda cell, value: None},
    "read_all.. of .* must return what read.. returns": {
        "read_all": lambda cells: [cell.content for cell in reversed(cells)]
    },
    "read_all.. of Broken must return": {
        "read_all": lambda cells: [cell.content for cell in cells][:1]
    },
    "must return what redescribe.. was given": {
        "redescribe": lambda cell, metadata: cell.metadata.update(other=1)
    },
}


@pytest.mark.parametrize("message", BROKEN_CELLS)
def test_a_broken_cell_is_told_what_is_wrong(message):
    class Broken(Loose):
        pass

    register_cell(Broken, kind_like(**BROKEN_CELLS[message]))

    with pytest.raises(AssertionError, match=message):
        check_cell(Broken(jnp.ones(2), note="n"), jnp.zeros(2))


class Node:
    """What the broken kinds below are registered for."""

    def __init__(self, items):
        self.items = dict(items)


def fill(node, items):
    node.items = dict(items)


GOOD = {
    "flatten": lambda node: (list(node.items.items()), None),
    "create": lambda cls, _: cls({}),
    "fill": fill,
}
BROKEN_NODES = {
    "keys in the same order": {
        "flatten": lambda node: (
            (fill(node, reversed(node.items.items())), None)[1]
            or (list(node.items.items()), None)
        )
    },
    "equal, hashable rest": {
        "flatten": lambda node: (list(node.items.items()), object())
    },
    "which is no str and no int": {"flatten": lambda node: ([(1.5, 1)], None)},
    "gave a key twice": {"flatten": lambda node: ([("a", 1), ("a", 2)], None)},
    "changed the structure": {"fill": lambda node, items: None},
    "must give the node the rest": {
        "flatten": lambda node: (list(node.items.items()), len(node.items)),
        "refit": lambda node, rest: fill(node, {}),
    },
    "needs build": {"fill": None},
    "cannot have set_item": {
        "build": lambda cls, rest, items: cls(items),
        "set_item": lambda node, key, value: None,
    },
    "must remove other items": {"fill": lambda node, items: node.items.update(items)},
}


@pytest.mark.parametrize("message", BROKEN_NODES)
def test_a_broken_node_is_told_what_is_wrong(message):
    class Broken(Node):
        pass

    register_node(Broken, NodeKind(**{**GOOD, **BROKEN_NODES[message]}))

    with pytest.raises(AssertionError, match=message):
        check_node(Broken({"b": 1, "a": jnp.ones(2)}))


class Silent(Box):
    """A tracked node that forgets to tell of an edit."""


register_node(
    Silent,
    NodeKind(
        lambda node: (list(vars(node).items()), None),
        create=lambda cls, _: cls.__new__(cls),
        fill=lambda node, items: (vars(node).clear(), vars(node).update(items)),
    ),
)


def test_a_node_that_hides_an_edit_is_found():
    with pytest.raises(AssertionError, match=r"must tell that the structure changed"):
        check_node(Silent(a=1))


def test_what_is_not_registered_is_refused():
    with pytest.raises(AssertionError, match=r"int is not a registered node"):
        check_node(3)
    with pytest.raises(AssertionError, match=r"dict is not a registered cell"):
        check_cell({}, {})

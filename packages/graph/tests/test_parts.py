import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import FlatState, State, unpack
from ramie.graph._repr._parts import children_of, has_own_text, parts_of
from ramie.graph.extend import CellKind, NodeKind, Static, register_cell, register_node

from .kinds import Box, Cell, Pair, Point


class Own(Box):
    def __repr__(self):
        return "my own text"


class Foreign:
    """A node of somebody else, who wrote no text for it."""

    def __init__(self, **items):
        self.items = items


register_node(
    Foreign,
    NodeKind(
        lambda node: (sorted(node.items.items()), None),
        create=lambda cls, _: cls(),
        fill=lambda node, items: node.items.update(items),
    ),
)


class Counter:
    """A cell of somebody else, whose metadata is no mapping."""

    def __init__(self, count):
        self.count = count


register_cell(
    Counter,
    CellKind(
        read=lambda cell: cell.count,
        write=lambda cell, count: setattr(cell, "count", count),
        describe=lambda _: "steps",
        create=lambda cls, _, count: cls(count),
        assign=lambda cell, count: setattr(cell, "count", count),
        redescribe=lambda *_: None,
    ),
)


@jax.tree_util.register_pytree_node_class
class Custom:
    def tree_flatten(self):
        return [1, 2], None

    @classmethod
    def tree_unflatten(cls, *_):
        return cls()

    def __repr__(self):
        return "custom"


@jax.tree_util.register_dataclass
@dataclasses.dataclass
class Config:
    size: Any
    secret: Any = dataclasses.field(default=0, repr=False)

    def __repr__(self):
        return "config"


@dataclasses.dataclass
class Record(Box):
    """A node of ours that is a dataclass too."""

    size: Any

    def __post_init__(self):
        self.more = 1


def labels(thing):
    parts = parts_of(thing)
    return parts.name, [part.label for part in parts.items], parts.ends


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        ({"b": 1, 2: 1}, ("", ["'b': ", "2: "], "{}")),
        ([1, 2], ("", ["", ""], "[]")),
        ((1, 2), ("", ["", ""], "()")),
        ([], ("", [], "[]")),
        (Box(b=1, a=2), ("Box", ["b=", "a="], "()")),
        (Cell(1, note="n"), ("Cell", ["value=", "note="], "()")),
        (Counter(1), ("Counter", ["value=", "metadata="], "()")),
        (Foreign(b=1, a=2), ("Foreign", ["a=", "b="], "()")),
        (Point(1, 2), ("Point", ["y=", "x="], "()")),
        (Pair(1, 2, "n"), ("Pair", ["left=", "right=", "name="], "()")),
        (Config(1), ("Config", ["size="], "()")),
        (Record(1), ("Record", ["size=", "more="], "()")),
        (State({"b": 1, "a": 2}), ("State", ["'b': ", "'a': "], "({})")),
        (FlatState([(("a", 0), 1)], sort=True), ("FlatState", ["('a', 0): "], "([])")),
        (unpack({"a": jnp.ones(1)}), ("GraphState", ["", ""], "()")),
    ],
)
def test_a_thing_is_made_of_what_its_kind_says(thing, expected):
    assert labels(thing) == expected


@pytest.mark.parametrize("value", [1, "text", jnp.ones(1), None, jax.new_ref(1.0)])
def test_values_have_no_parts(value):
    assert parts_of(value) is None
    assert children_of(value) == []


def test_a_part_says_how_python_reaches_it():
    paths = [
        parts_of(thing).items[0].access
        for thing in ([1], {"a": 1}, Box(a=1), FlatState([(("a",), 1)], sort=True))
    ]

    assert paths == ["[0]", "['a']", ".a", "[0][1]"]


def test_a_value_that_is_marked_static_is_shown_itself():
    class Marked(Foreign):
        pass

    assert parts_of(Marked(a=Static(3))).items[0].value == 3
    assert children_of(Marked(a=Static(3), b=4)) == [4]


def test_a_node_that_cannot_be_taken_apart_has_no_parts():
    broken = Foreign(a=1)
    broken.items = None

    assert parts_of(broken) is None
    assert children_of(broken) == []


@pytest.mark.parametrize(
    ("thing", "own"),
    [
        (Own(), True),
        (Custom(), True),
        (Config(1), True),
        (Box(), False),
        (Cell(1), False),
        (Foreign(), False),
        (Record(1), False),
        (State(), False),
        (Pair(1, 2), False),
        (Point(1, 2), False),
        ({}, False),
        (3, False),
    ],
)
def test_a_class_that_overrides_its_text_is_recognised(thing, own):
    assert has_own_text(thing) is own


def test_children_are_found_behind_a_text_of_its_own():
    assert children_of(Own(a=1)) == [1]
    assert children_of(State({"a": 1})) == [1]
    assert children_of(Cell([1])) == []

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import graphdef, state
from ramie.graph.extend import (
    CellKind,
    NodeKind,
    Static,
    content_of,
    is_cell,
    is_node,
    kind_of,
    register_cell,
    register_leaf,
    register_node,
)

from .kinds import CELL, Box, Cell, Pair, Point, Special


def test_a_registration_holds_for_subclasses():
    class BigBox(Box):
        pass

    assert kind_of(BigBox()) is kind_of(Box())
    assert kind_of(Special(1)) is kind_of(Cell(1)) is CELL


def test_the_nearest_registration_wins():
    class Other(Box):
        pass

    nothing = NodeKind(lambda _: ([], None), build=lambda cls, rest, items: cls())  # noqa: ARG005 (the kind's signature)
    register_node(Other, nothing)

    assert kind_of(Other()) is nothing


def test_a_type_is_registered_once():
    with pytest.raises(ValueError, match=r"Box is registered already.*subclass"):
        register_node(Box, kind_of(Box()))
    with pytest.raises(ValueError, match=r"Cell is registered already"):
        register_cell(Cell, CELL)


def test_a_late_registration_is_noticed():
    class Late:
        pass

    assert not is_node(Late())

    register_node(Late, kind_of(Box()))

    assert is_node(Late())


def test_a_type_of_leaves_is_exactly_that_type_and_containers_stay_containers():
    class Opaque:
        pass

    class Other(Opaque):
        pass

    assert kind_of(Opaque()) is kind_of(None)

    register_leaf(Opaque)
    register_leaf(Box)

    assert kind_of(Opaque()) is kind_of(np.ones(1))
    assert kind_of(Other()) is kind_of(None)
    assert is_node(Box())


@pytest.mark.parametrize("node", [{}, [], (), Box(), Point(1, 2), Pair(1, 2)])
def test_containers_are_nodes(node):
    assert is_node(node)
    assert not is_cell(node)


@pytest.mark.parametrize("value", [None, 1, 1.0, True, "a", jnp.tanh, object(), set()])
def test_what_holds_nothing_is_static(value):
    assert not is_node(value)
    assert not is_cell(value)
    assert state([value]) == state([])


@pytest.mark.parametrize(
    "array",
    [
        jnp.ones(2),
        np.ones(2),
        np.float32(1),
        jax.ShapeDtypeStruct((2,), "float32"),
        jax.random.key(0),
    ],
    ids=lambda array: type(array).__name__,
)
def test_arrays_are_leaves(array):
    assert state([array])[0] is array


def test_a_tracer_is_a_leaf():
    seen = []

    jax.jit(lambda x: seen.append(state([x])[0] is x))(jnp.ones(2))

    assert seen == [True]


def test_a_subclass_of_dict_is_no_dict():
    class Odd(dict):
        pass

    assert not is_node(Odd())


def test_content_of_reads_cells_only():
    array = jnp.ones(2)

    assert content_of(Cell(array)) is array
    assert content_of(array) is array


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, 1.0), (1, True), ((1, 2), (1.0, 2)), (("a", (0,)), ("a", (False,)))],
)
def test_statics_of_other_types_are_not_equal(one, other):
    assert one == other
    assert Static(one) != Static(other)
    assert Static(one) != one


def test_equal_statics_are_equal():
    assert Static((1, "a")) == Static((1, "a"))
    assert hash(Static((1, "a"))) == hash(Static((1, "a")))


def test_static_makes_structure_of_anything():
    class Held(Box):
        pass

    kind = kind_of(Box())
    register_node(
        Held,
        NodeKind(
            lambda node: ([("a", Static(node.a))], None),
            create=kind.create,
            fill=kind.fill,
        ),
    )

    assert state(Held(a=(1, 2))) == state(Held(a=()))
    assert graphdef(Held(a=(1, 2))) != graphdef(Held(a=(1, 3)))


def test_kinds_are_compared_by_identity():
    facts = {name: getattr(CELL, name) for name in CellKind.__slots__}

    assert CellKind(**facts) != CELL

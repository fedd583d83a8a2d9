import jax
import jax.numpy as jnp
import pytest

from ramie.graph import State, graphdef, pop, split, state
from ramie.graph.errors import (
    FilterError,
    PopFromImmutableError,
    PopRootError,
    TraceLevelError,
)

from .kinds import Box, Cell, Loose, Pair, Special


def model():
    return Box(
        a=Special(jnp.ones(2)),
        below=[Cell(1), Special(2), Cell(3)],
        bias=jnp.zeros(3),
        name="model",
    )


def test_what_is_selected_leaves_the_graph():
    root = model()
    special = root.a

    popped = pop(root, Special)

    assert popped.flat_state().paths == (("a",), ("below", 1))
    assert popped.a is special
    assert sorted(vars(root)) == ["below", "bias", "name"]
    assert [cell.content for cell in root.below] == [1, 3]
    assert graphdef(root).paths == (("below", 0), ("below", 1), ("bias",))


def test_each_filter_has_a_state():
    root = model()

    special, arrays, none = pop(root, Special, jax.Array, str)

    assert list(special) == ["a", "below"]
    assert list(arrays) == ["bias"]
    assert none == State()
    assert list(state(root)) == ["below"]


def test_a_filter_may_select_nothing():
    root = model()
    before = graphdef(root)

    assert pop(root, str) == State()
    assert graphdef(root) is before


def test_a_shared_cell_is_removed_from_every_place():
    cell = Cell(1)
    shared = Box(cell=cell, n=3)
    root = Box(x=shared, y=shared, z={"cell": cell, "other": Loose(2)}, w=[cell])

    popped = pop(root, Cell)

    assert popped.flat_state().paths == (("w", 0),)
    assert vars(shared) == {"n": 3}
    assert list(root.z) == ["other"]
    assert root.w == []


def test_a_cycle_is_popped_from():
    root = Box(cell=Cell(1))
    root.me = root

    popped = pop(root, ...)

    assert list(popped) == ["cell"]
    assert root.me is root


def test_a_dict_keeps_the_order_of_what_stays():
    root = {"z": 1, "b": Cell(1), "a": "x", "c": jnp.ones(1)}

    pop(root, Cell)

    assert list(root) == ["z", "a", "c"]


def test_a_parent_that_was_split_before_sees_the_edit():
    child = Box(cell=Cell(1), kept=Cell(2))
    parent = Box(child=child)
    before, _ = split(parent)

    pop(child, lambda path, _: path == ("cell",))

    assert graphdef(parent) is not before
    assert graphdef(parent).paths == (("child", "kept"),)


@pytest.mark.parametrize("make", [lambda x: (1, x), lambda x: Pair(x, 2)])
def test_nothing_is_popped_if_one_leaf_cannot_be(make):
    root = Box(a=Cell(1), t=make(Cell(2)))
    before = graphdef(root)

    with pytest.raises(PopFromImmutableError, match=r"take out t/(1|left): a ") as info:
        pop(root, Cell)

    assert len(info.value.paths) == 1
    assert graphdef(root) is before


def test_a_tuple_may_stay():
    root = Box(a=Special(1), t=(Cell(2),))

    assert list(pop(root, Special)) == ["a"]


def test_a_lone_cell_cannot_be_popped():
    with pytest.raises(PopRootError, match=r"a Cell: it is a cell"):
        pop(Cell(1), ...)


def test_a_filter_must_be_given():
    with pytest.raises(FilterError, match=r"no filter\. Say what"):
        pop(model())


def test_a_graph_is_not_edited_from_another_trace():
    root = Box(below={"cell": Cell(1)}, cell=Cell(1))
    before = graphdef(root)

    @jax.jit
    def f(x):
        pop(root, ...)
        return x

    with pytest.raises(TraceLevelError, match=r"at <root>"):
        f(1.0)
    assert graphdef(root) is before


def test_a_graph_of_the_trace_is_edited():
    @jax.jit
    def f(x):
        root = Box(cell=Cell(x), other=Special(x))
        return pop(root, Special).other.content

    assert float(f(1.0)) == 1.0


def test_a_deep_chain_is_popped_from():
    top = [Cell(1)]
    for _ in range(2_000):
        top = [top]

    assert pop(top, ...).flat_state().paths == ((0,) * 2_001,)

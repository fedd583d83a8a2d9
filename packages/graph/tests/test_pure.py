import jax
import jax.numpy as jnp
import pytest

from ramie.graph import FlatState, State, as_pure, pure, set_graph_mode, state

from .kinds import Box, Cell


def test_contents_take_the_place_of_cells():
    x, y = jnp.ones(2), jnp.zeros(1)
    box = Box(w=Cell(x, tag="t"), below=[Cell(y), 3, "name", None], x=x)

    plain = as_pure(box)

    assert type(plain) is Box
    assert plain is not box
    assert plain.w is plain.x is x
    assert plain.below[0] is y
    assert plain.below[1:] == [3, "name", None]
    assert isinstance(box.w, Cell)


def test_a_shared_cell_is_the_same_array_at_each_path():
    cell = Cell(jnp.ones(2))

    plain = as_pure({"a": cell, "b": (cell,)})

    assert plain["a"] is plain["b"][0] is cell.content


def test_shared_nodes_and_cycles_stay():
    box = Box(w=Cell(1.0))
    box.me = box

    plain = as_pure([box, box])

    assert plain[0] is plain[1] is plain[0].me
    assert plain[0].w == 1.0


def test_tree_mode_makes_no_difference():
    cell = Cell(1.0)

    with set_graph_mode(False):
        assert as_pure([cell, cell]) == [1.0, 1.0]


def test_a_state_stays_a_state():
    leaves = state(Box(w=Cell(1.0), d={"x": Cell(2.0)}))

    plain = as_pure(leaves)

    assert isinstance(plain, State)
    assert plain == State({"d": {"x": 2.0}, "w": 1.0})


def test_a_flat_state_stays_one_also_if_paths_are_spelled_alike():
    flat = FlatState([(("a", 0), Cell(1.0)), (("a", "0"), Cell(2.0))], sort=True)

    plain = as_pure(flat)

    assert isinstance(plain, FlatState)
    assert plain.paths == flat.paths
    assert plain.leaves == [1.0, 2.0]


def test_refs_and_cells_within_cells_are_read():
    ref = jax.new_ref(jnp.ones(2))

    for value in [ref, Cell(ref), Cell(Cell(ref)), Cell({"x": Cell(ref)})]:
        (plain,) = jax.tree.leaves(as_pure(value))
        assert isinstance(plain, jax.Array)
        assert plain.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("value", [3, "text", None, jax.ShapeDtypeStruct((2,), float)])
def test_what_holds_no_cells_is_returned_as_it_is(value):
    assert as_pure(value) is value


def test_an_array_is_returned_as_it_is():
    array = jnp.ones(2)

    assert as_pure(array) is array


def test_pure_is_another_name_that_warns():
    with pytest.warns(DeprecationWarning, match=r"call as_pure\(\)"):
        assert pure([Cell(1.0)]) == [1.0]

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import State, clone, flatten, state, update
from ramie.graph.errors import StateMismatchError

from .kinds import Box, Cell, Special


def model():
    return Box(
        kernel=Special(jnp.ones((2, 3)), note="n"),
        bias=jnp.zeros(3),
        layers=[Box(count=Cell(jnp.array(0)))],
    )


def test_contents_are_written_to_the_cells_that_are_there():
    root = model()
    kernel, new = root.kernel, jnp.zeros((2, 3))

    update(root, {"kernel": new})

    assert root.kernel is kernel
    assert kernel.content is new


def test_arrays_are_written_to_the_nodes_that_hold_them():
    root, new = model(), jnp.ones(3)

    update(root, {"bias": new})

    assert root.bias is new


@pytest.mark.parametrize(
    "as_state",
    [
        lambda: {"layers": {0: {"count": jnp.array(5)}}},
        lambda: State({"layers": {0: {"count": jnp.array(5)}}}),
        lambda: State({"layers": {0: {"count": jnp.array(5)}}}).flat_state(),
        lambda: state(Box(layers=[Box(count=Cell(jnp.array(5)))])),
    ],
    ids=["dict", "State", "FlatState", "cells"],
)
def test_a_part_suffices_in_any_form(as_state):
    root = model()

    update(root, as_state())

    assert int(root.layers[0].count.content) == 5


def test_a_cell_gives_content_and_metadata():
    root = model()
    new = Special(jnp.zeros((2, 3)), note="other")

    update(root, {"kernel": new})

    assert root.kernel is not new
    assert root.kernel.content is new.content
    assert root.kernel.metadata == {"note": "other"}


def test_several_states_are_taken_and_later_ones_win():
    root = model()

    update(root, {"bias": jnp.ones(3)}, {"bias": jnp.full(3, 2.0)})

    assert root.bias.tolist() == [2.0, 2.0, 2.0]


def test_a_lone_cell_takes_a_content():
    cell = Cell(jnp.ones(1))

    update(cell, jnp.zeros(1))
    update(cell, Cell(jnp.full(1, 3.0)))

    assert cell.content.tolist() == [3.0]


def test_a_list_takes_a_list():
    node = [jnp.ones(1), {"a": Cell(jnp.ones(1))}]

    update(node, [jnp.zeros(1), {"a": Cell(jnp.full(1, 2.0))}])

    assert node[0].tolist() == [0.0]
    assert node[1]["a"].content.tolist() == [2.0]


def test_a_graph_takes_its_own_state():
    root = model()
    before = [leaf for _, leaf in flatten(root)[1]]

    update(root, state(root))

    assert [leaf for _, leaf in flatten(root)[1]] == before


def test_a_clone_gives_its_contents_back():
    root = model()
    twin = clone(root)
    twin.kernel.content = jnp.zeros((2, 3))
    twin.bias = jnp.ones(3)

    update(root, state(twin))

    assert root.kernel.content is twin.kernel.content
    assert root.bias is twin.bias


def test_a_shared_leaf_is_found_by_each_of_its_paths():
    cell, inner = Cell(jnp.ones(1)), [jnp.ones(1)]
    node = {"a": cell, "b": [cell], "c": inner, "d": inner}

    update(node, {"b": {0: jnp.zeros(1)}, "d": {0: jnp.zeros(1)}})

    assert cell.content.tolist() == [0.0]
    assert inner[0].tolist() == [0.0]


def test_a_path_through_a_cycle_is_found():
    root = Box(cell=Cell(jnp.ones(1)))
    root.me = root

    update(root, {"me": {"me": {"cell": jnp.zeros(1)}}})

    assert root.cell.content.tolist() == [0.0]


def test_a_dtype_may_change_within_its_family():
    root = model()

    update(root, {"bias": jnp.ones(3, jnp.bfloat16)})

    assert root.bias.dtype == jnp.bfloat16


def test_everything_wrong_is_said_at_once_and_nothing_written():
    root = model()
    before = [getattr(leaf, "content", leaf) for _, leaf in flatten(root)[1]]
    wrong = {
        "bias": jnp.ones(4),
        "kernel": jnp.ones((2, 3), int),
        "layers": {0: {"count": jnp.array(7)}, 1: {"count": jnp.array(8)}},
        "more": jnp.ones(1),
    }

    with pytest.raises(StateMismatchError) as info:
        update(root, wrong)

    error = info.value
    assert error.shapes == {("bias",): ((3,), (4,))}
    assert error.dtypes == {("kernel",): (jnp.float32, jnp.int32)}
    assert set(error.unexpected) == {("layers", 1, "count"), ("more",)}
    assert "shape at bias: the structure has (3,), the state (4,)" in str(error)
    assert "dtype at kernel: the structure has float32, the state int32" in str(error)
    after = [getattr(leaf, "content", leaf) for _, leaf in flatten(root)[1]]
    assert all(a is b for a, b in zip(after, before, strict=True))


def test_dicts_that_went_through_a_file_fit():
    root = {"layers": [Cell(jnp.zeros(1)), jnp.zeros(2)], "0": [jnp.zeros(3)]}

    update(
        root,
        {
            "layers": {"0": {"value": jnp.ones(1)}, "1": jnp.ones(2)},
            "0": {"0": jnp.ones(3)},
        },
    )

    assert root["layers"][0].content.tolist() == [1.0]
    assert root["layers"][1].tolist() == [1.0, 1.0]
    assert root["0"][0].tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("state", "unexpected"),
    [
        ({"layers": {"01": 1.0}}, ("layers", "01")),
        ({"layers": {"9": 1.0}}, ("layers", "9")),
        ({"layers": {"0": {"other": 1.0}}}, ("layers", "0", "other")),
        ({"layers": {"1": {"value": 1.0}}}, ("layers", "1", "value")),
        ({"layers": {0: 1.0, "0": 2.0}}, ("layers", "0")),
        ({"layers": {"0": 2.0, 0: 1.0}}, ("layers", "0")),
        ({"layers": {"2": {"value": 1.0}}}, ("layers", "2", "value")),
    ],
)
def test_what_no_file_makes_of_a_path_is_unexpected(state, unexpected):
    root = {"layers": [Cell(jnp.zeros(())), jnp.zeros(()), Cell({"a": jnp.zeros(())})]}

    with pytest.raises(StateMismatchError) as told:
        update(root, state)

    assert told.value.unexpected == (unexpected,)


def test_without_strictness_what_fits_is_written_and_the_rest_reported():
    root = model()
    state = {"bias": jnp.ones(4), "kernel": jnp.full((2, 3), 7.0), "more": 1.0}
    bias = root.bias

    left_out = update(root, state, strict=False)

    assert left_out.shapes == {("bias",): ((3,), (4,))}
    assert left_out.unexpected == (("more",),)
    assert str(left_out).startswith("update() left out what does not fit.")
    assert root.bias is bias
    assert flatten(root)[1].to_nested_state().kernel.content.min() == 7.0


def test_nothing_is_reported_where_everything_fits():
    assert update(model(), {"kernel": jnp.ones((2, 3))}, strict=False) is None


@pytest.mark.parametrize(
    "path",
    [("no",), ("kernel", "no"), ("layers",), ("layers", 5), ("name",), ("name", 0)],
)
def test_a_path_without_a_leaf_is_unexpected(path):
    root = Box(kernel=Cell(jnp.ones(1)), layers=[1], name="n")

    with pytest.raises(StateMismatchError) as info:
        update(root, State.from_flat_path([(path, jnp.ones(1))]))

    assert info.value.unexpected == (path,)


def test_a_lone_content_does_not_fit_a_node():
    with pytest.raises(StateMismatchError, match=r"unexpected \(1\): <root>"):
        update(model(), jnp.ones(1))


def test_cells_made_in_a_trace_are_updated_in_it():
    @jax.jit
    def f(x):
        box = Box(cell=Cell(x), array=x)
        update(box, {"cell": x * 2, "array": x * 3})
        return box.cell.content + box.array

    assert f(jnp.ones(1)).tolist() == [5.0]

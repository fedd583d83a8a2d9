import jax
import jax.numpy as jnp
import pytest

from ramie.graph import (
    FlatState,
    State,
    clone,
    flatten,
    graphdef,
    merge,
    split,
    state,
    unflatten,
)
from ramie.graph.errors import (
    GraphError,
    NonExhaustiveFilterError,
    StateMismatchError,
)

from .kinds import Box, Cell, Special


def model():
    return Box(
        kernel=Special(jnp.ones((2, 3)), note="n"),
        bias=jnp.zeros(3),
        layers=[Box(count=Cell(jnp.array(0)))],
        name="model",
    )


def test_shared_nodes_stay_shared():
    shared = [jnp.ones(1)]

    structure, leaves = flatten({"x": shared, "y": shared})
    back = unflatten(structure, leaves)

    assert len(leaves) == 1
    assert back["x"] is back["y"]


def test_shared_cells_stay_shared():
    cell = Cell(jnp.ones(1))

    twin = clone({"x": cell, "y": [cell]})

    assert twin["x"] is twin["y"][0]
    assert twin["x"] is not cell


def test_a_cycle_stays_a_cycle():
    child = Box(cell=Cell(1))
    root = Box(child=child)
    child.parent = root

    twin = merge(*split(root))

    assert twin.child.parent is twin
    assert twin is not root


def test_a_list_may_hold_itself():
    node = [1]
    node.append(node)

    twin = clone(node)

    assert twin[1] is twin
    assert twin is not node


def test_no_array_is_copied():
    root = model()

    structure, leaves = split(root)
    back = merge(structure, leaves)
    twin = clone(root, arrays=False)

    assert leaves.bias is root.bias
    assert back.bias is twin.bias is root.bias
    assert twin.kernel.content is root.kernel.content


def test_a_state_is_a_window_on_the_graph():
    root = model()

    leaves = state(root)

    assert leaves.kernel is root.kernel
    assert leaves.layers[0].count is root.layers[0].count


def test_statics_are_in_the_structure_only():
    structure, leaves = split(model())

    assert "name" not in leaves
    assert merge(structure, leaves).name == "model"


def test_flatten_gives_leaves_in_path_order():
    _, leaves = flatten(model())

    assert isinstance(leaves, FlatState)
    assert leaves.paths == (("bias",), ("kernel",), ("layers", 0, "count"))


def test_each_filter_has_a_state():
    structure, special, arrays, rest = split(model(), Special, jax.Array, ...)

    assert list(special) == ["kernel"]
    assert list(arrays) == ["bias"]
    assert list(rest) == ["layers"]
    assert graphdef(merge(structure, rest, special, arrays)) is structure


def test_a_filter_may_select_nothing():
    structure, nothing, everything = split(model(), str, ...)

    assert nothing == State()
    assert graphdef(merge(structure, nothing, everything)) is structure


def test_every_leaf_must_be_selected():
    with pytest.raises(NonExhaustiveFilterError, match=r"bias, layers/0/count"):
        split(model(), Special)


def test_state_takes_filters_too():
    root = model()

    special, arrays = state(root, Special, jax.Array)

    assert special.kernel is root.kernel
    assert arrays.bias is root.bias
    assert state(root, Special) == special
    assert graphdef(root) is split(root)[0]


def test_a_lone_cell_is_its_own_state():
    cell = Cell(jnp.ones(1), note="n")

    structure, leaf = split(cell)
    _, chosen, rest = split(cell, Cell, ...)

    assert leaf is cell
    assert chosen is cell
    assert rest == State()
    assert state(cell) is cell
    assert merge(structure, leaf) is cell
    assert merge(structure, chosen, rest) is cell


def test_a_lone_content_makes_a_cell():
    made = merge(graphdef(Cell(1, note="n")), 2)

    assert (made.content, made.metadata) == (2, {"note": "n"})


def test_contents_instead_of_cells_make_new_cells():
    root = model()
    structure, leaves = split(root)

    back = merge(structure, leaves.map(lambda _, leaf: getattr(leaf, "content", leaf)))

    assert back.kernel is not root.kernel
    assert back.kernel.content is root.kernel.content
    assert back.kernel.metadata == {"note": "n"}
    assert type(back.kernel) is Special


def test_cells_become_part_of_the_new_graph_unless_copied():
    root = model()

    assert merge(*split(root)).kernel is root.kernel
    assert merge(*split(root), copy=True).kernel is not root.kernel


def test_plain_dicts_are_states():
    root = {"a": [jnp.ones(1)], "b": Cell(1)}

    back = merge(graphdef(root), {"a": {0: root["a"][0]}}, {"b": root["b"]})

    assert back["a"][0] is root["a"][0]
    assert back["b"] is root["b"]


def test_a_list_in_leaf_order_suffices_to_unflatten():
    root = model()
    structure, leaves = flatten(root)

    assert unflatten(structure, leaves.leaves).kernel is root.kernel
    assert unflatten(structure, leaves.to_nested_state()).kernel is root.kernel


def test_a_list_of_another_length_does_not_unflatten():
    structure, leaves = flatten(model())

    with pytest.raises(StateMismatchError, match=r"missing \(1\): layers/0/count"):
        unflatten(structure, leaves.leaves[:-1])
    with pytest.raises(StateMismatchError, match=r"unexpected \(1\): 3"):
        unflatten(structure, [*leaves.leaves, 1])


def test_a_state_whose_numbers_are_text_is_told_apart_from_another():
    graphdef, whole = split([jnp.ones(1)])

    with pytest.raises(StateMismatchError, match=r"restore_int_paths"):
        merge(graphdef, {"0": whole[0]})
    with pytest.raises(StateMismatchError, match=r"Pass the state that was split"):
        merge(graphdef, {"1": whole[0]})


def test_what_does_not_fit_is_not_merged():
    structure, leaves = split(model())
    del leaves["bias"]
    leaves["extra"] = {"x": 1}

    with pytest.raises(StateMismatchError) as info:
        merge(structure, leaves)

    assert info.value.missing == (("bias",),)
    assert info.value.unexpected == (("extra", "x"),)
    assert "Cannot merge()" in str(info.value)


def test_the_structure_comes_first():
    structure, leaves = split(model())

    with pytest.raises(GraphError, match=r"graphdef first, not a State. Call it as"):
        merge(leaves, structure)


def test_a_clone_is_independent():
    root = model()

    twin = clone(root)
    twin.kernel.content = None
    twin.layers.append(1)
    twin.name = "twin"

    assert root.kernel.content.shape == (2, 3)
    assert len(root.layers) == 1
    assert root.name == "model"


def test_a_clone_may_keep_the_cells():
    root = model()

    twin = clone(root, variables=False)

    assert twin.layers[0] is not root.layers[0]
    assert twin.kernel is root.kernel


def chain(length, make):
    top = make(Cell(jnp.ones(1)))
    for _ in range(length):
        top = make(top)
    return top


@pytest.mark.parametrize(
    "make",
    [lambda x: Box(next=x), lambda x: {"next": x}, lambda x: [x], lambda x: (x,)],
    ids=["Box", "dict", "list", "tuple"],
)
def test_depth_has_no_limit(make):
    top = chain(10_000, make)

    structure, leaves = flatten(top)
    back = unflatten(structure, leaves)
    twin = clone(top)

    assert graphdef(back) is structure
    assert graphdef(twin) is structure
    assert flatten(back)[1].leaves[0] is leaves.leaves[0]


def test_a_deep_state_merges():
    top = chain(2_000, lambda x: {"next": x})

    assert graphdef(merge(*split(top))) is graphdef(top)


def test_splitting_inside_a_trace_moves_tracers():
    @jax.jit
    def f(x):
        structure, leaves = split(Box(cell=Cell(x)))
        return merge(structure, leaves).cell.content + x

    assert f(jnp.ones(2)).tolist() == [2.0, 2.0]

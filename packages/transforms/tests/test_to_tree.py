import jax
import jax.numpy as jnp
import pytest

from ramie.graph import State, split, state, update_context
from ramie.graph.errors import ForeignReferenceError
from ramie.module import Module
from ramie.transforms import NodeStates, StateAxes, from_tree, to_tree
from ramie.transforms.errors import NodeStatesError, PrefixAliasingError
from ramie.variables import BatchStat, Param


class Box(Module):
    def __init__(self, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


@pytest.fixture
def box():
    return Box(w=Param(jnp.arange(3.0)), mean=BatchStat(jnp.ones(())), name="box")


AXES = StateAxes({Param: 0, ...: None})


def test_there_and_back_keeps_everything(box):
    tree = to_tree({"box": box, "x": jnp.ones(2), "n": 3})
    back = from_tree(tree)

    assert isinstance(tree["box"], NodeStates)
    assert back["box"] is not box
    assert (back["box"].name, back["n"]) == ("box", 3)
    assert back["box"].w.value.tolist() == [0.0, 1.0, 2.0]
    assert back["x"].tolist() == [1.0, 1.0]


def test_what_is_shared_is_shared_again(box):
    tree = to_tree((box, {"again": box, "w": box.w}))
    first, rest = from_tree(tree)

    assert len(jax.tree.leaves(tree)) == 2
    assert rest["again"] is first
    assert rest["w"] is first.w


def test_a_second_reference_needs_the_first(box):
    _, second = to_tree((box, box))

    with pytest.raises(ForeignReferenceError):
        from_tree(second)


def test_it_crosses_jit_as_a_plain_tree(box):
    @jax.jit
    def double(tree):
        box, x = from_tree(tree)
        box.w.value = box.w.value * x
        return to_tree((box, x))

    back, _ = from_tree(double(to_tree((box, 2.0))))

    assert back.w.value.tolist() == [0.0, 2.0, 4.0]


def test_a_transform_of_ones_own(box):
    """vmap, as users of the reference write it."""

    def take_apart(context, _path, prefix, node):
        return NodeStates.from_split(*context.split(node, *prefix.filters))

    tree = to_tree((box, jnp.ones(3)), prefix=(AXES, 0), split_fn=take_apart)

    @jax.vmap
    def scaled(w, x):
        return w * x

    mapped = jax.vmap(
        lambda tree: scaled.__wrapped__(from_tree(tree)[0].w.value, from_tree(tree)[1]),
        in_axes=((NodeStates.from_prefixes(AXES.axes), 0),),
    )
    assert mapped(tree).tolist() == [0.0, 1.0, 2.0]


def test_split_and_merge_functions_see_path_and_prefix(box):
    seen = []

    def take_apart(context, path, prefix, node):
        seen.append((jax.tree_util.keystr(path), prefix, type(node)))
        if not isinstance(node, (Box, Param)):
            return node
        return NodeStates.from_split(*context.split(node), metadata=prefix)

    def put_together(context, path, prefix, leaf):
        seen.append((jax.tree_util.keystr(path), prefix, type(leaf)))
        return context.merge(leaf.graphdef, *leaf.states)

    value = (box, {"w": Param(jnp.ones(())), "n": 3})
    tree = to_tree(
        value, prefix=(AXES, 5), split_fn=take_apart, map_non_graph_nodes=True
    )
    from_tree(tree, prefix=(1, None), merge_fn=put_together)

    assert seen == [
        ("[0]", AXES, Box),
        ("[1]['n']", 5, int),
        ("[1]['w']", 5, Param),
        ("[0]", 1, NodeStates),
        ("[1]['w']", None, NodeStates),
    ]
    assert tree[0].metadata == AXES


def test_a_merge_function_may_see_all_leaves(box):
    leaves = []
    from_tree(
        (to_tree(box), 3),
        merge_fn=lambda _context, _path, _prefix, leaf: leaves.append(leaf),
        map_non_graph_nodes=True,
    )

    assert [type(leaf) for leaf in leaves] == [NodeStates, int]


def test_other_things_may_stand_for_objects(box):
    graphdef, params = split(box)

    back = from_tree(
        {"box": ("mine", graphdef, params)},
        merge_fn=lambda context, _path, _prefix, leaf: context.merge(*leaf[1:]),
        is_leaf=lambda x: isinstance(x, tuple),
        is_node_leaf=lambda x: isinstance(x, tuple),
    )

    assert back["box"].name == "box"


def test_edits_cross_an_update_context(box):
    with update_context("mine"):
        inside = from_tree(to_tree(box, ctxtag="mine"), ctxtag="mine", is_inner=True)
        inside.new = Param(jnp.zeros(1))
        out = from_tree(to_tree(inside, ctxtag="mine"), ctxtag="mine", is_inner=False)

    assert out is box
    assert box.new.value.tolist() == [0.0]


@pytest.mark.parametrize(
    "prefix", [(0, 1), (0, None), (AXES, 1), (AXES, StateAxes({...: 0}))]
)
def test_prefixes_that_differ_for_a_shared_variable_are_named(box, prefix):
    with pytest.raises(PrefixAliasingError, match="0 at mean and 1 at mean"):
        to_tree((box, box), prefix=prefix)
    to_tree((box, box), prefix=prefix, check_aliasing=False)


@pytest.mark.parametrize(
    "prefix", [0, (0, 0), (AXES, StateAxes({Param: 0, ...: None}))]
)
def test_prefixes_that_agree_are_fine(box, prefix):
    assert len(to_tree((box, box), prefix=prefix)) == 2


def test_arrays_in_modules_are_not_aliases():
    node = Box(array=jnp.ones(2))

    assert len(to_tree((node, Box(array=node.array)), prefix=(0, 1))) == 2


# ── NodeStates


def test_node_states_are_what_was_split(box):
    graphdef, params, rest = split(box, Param, ...)

    node = NodeStates.from_split(graphdef, params, rest, metadata="note")

    assert (node.graphdef, node.states, node.metadata) == (
        graphdef,
        (params, rest),
        "note",
    )
    with pytest.raises(NodeStatesError, match="no single state: they hold 2"):
        _ = node.state
    assert node.replace(metadata=None).metadata is None


def test_node_states_without_a_structure_say_so(box):
    node = NodeStates.from_states(state(box))

    assert isinstance(node.state, State)
    assert repr(node).startswith("NodeStates(no graphdef, states=(State(")
    with pytest.raises(NodeStatesError, match="no graphdef"):
        _ = node.graphdef


def test_node_states_are_pytrees_with_named_fields(box):
    node = NodeStates.from_split(*split(box), metadata=3)
    paths = [
        jax.tree_util.keystr(path)
        for path, _ in jax.tree_util.tree_flatten_with_path(node)[0]
    ]
    copy = jax.tree.map(lambda x: x + 1, node)

    assert paths[0].startswith(".states[0]")
    assert (copy.graphdef, copy.metadata) == (node.graphdef, 3)
    assert copy.state["mean"].value.item() == 2.0
    assert "metadata=3" in repr(node)

import pickle

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import (
    IndexMap,
    RefMap,
    current_update_context,
    flatten,
    graphdef,
    merge_context,
    split_context,
    unflatten,
    update_context,
)
from ramie.graph.errors import (
    ContextOrderError,
    NonExhaustiveFilterError,
    TraceLevelError,
    UnknownContextError,
)
from ramie.graph.extend import NodeRef

from .kinds import Box, Cell, redescribe


def model():
    return Box(w=Cell(jnp.ones(2)), x=jnp.zeros(1))


def out_and_in(*nodes):
    """Structures and states of the nodes, and what is inside; an open round."""
    with split_context("tag") as context:
        assert context.is_inner is False
        parts = [context.split(node) for node in nodes]
    with merge_context("tag", inner=True) as context:
        assert context.is_inner is True
        return [context.merge(*part) for part in parts]


def back(*nodes):
    with split_context("tag") as context:
        assert context.is_inner is True
        parts = [context.split(node) for node in nodes]
    with merge_context("tag", inner=False) as context:
        return [context.merge(*part) for part in parts]


def test_what_graphs_share_stays_shared():
    shared = model()
    with split_context() as context:
        first = context.split([shared])
        second = context.split({"b": shared, "c": jnp.ones(3)}, ...)
    assert list(second[1]) == ["c"]
    with merge_context() as context:
        (a,) = context.merge(*first)
        b = context.merge(*second)
    assert a is b["b"]
    assert a is not shared


def test_leaves_can_be_had_without_paths():
    with split_context() as context:
        structure, leaves = context.flatten(model(), with_paths=False)
    assert [leaf.shape for leaf in leaves] == [(2,), (1,)]
    with merge_context() as context:
        made = context.unflatten(structure, leaves)
    assert made.w.content.shape == (2,)


def test_filters_select_as_in_split():
    with split_context() as context:
        _, cells, arrays = context.split(model(), Cell, ...)
        assert (list(cells), list(arrays)) == (["w"], ["x"])
        with pytest.raises(NonExhaustiveFilterError):
            context.split(model(), Cell)


def test_an_update_context_edits_the_objects_outside():
    outside = model()
    cell = outside.w
    with update_context("tag"):
        (inside,) = out_and_in(outside)
        assert inside is not outside
        inside.w = Cell(jnp.zeros(3))
        inside.new = Box(n=7)
        del inside.x
        (after,) = back(inside)
    assert after is outside
    assert sorted(vars(outside)) == ["new", "w"]
    assert outside.new.n == 7
    assert outside.w is not cell
    assert outside.w.content.shape == (3,)


def test_contents_and_metadata_of_cells_come_back():
    outside = Box(w=Cell(jnp.ones(2), note="before"))
    cell = outside.w
    with update_context("tag"):
        graph, state = _split_outside(outside)
        with merge_context("tag", inner=True) as context:
            state["w"] = state["w"].content * 5
            inside = context.merge(graph, state)
        assert inside.w is not cell
        redescribe(inside.w, {"note": "after"})
        back(inside)
    assert outside.w is cell
    assert outside.w.content.tolist() == [5.0, 5.0]
    assert outside.w.metadata == {"note": "after"}


def _split_outside(node):
    with split_context("tag") as context:
        return context.split(node)


def test_objects_can_change_places():
    outside = Box(a=Box(n=1), b=Box(n=2))
    a, b = outside.a, outside.b
    with update_context("tag"):
        (inside,) = out_and_in(outside)
        inside.a, inside.b = inside.b, inside.a
        back(inside)
    assert (outside.a, outside.b) == (b, a)


def test_a_context_can_be_used_for_another_round():
    outside = model()
    with update_context("tag"):
        for n in range(2):
            (inside,) = out_and_in(outside)
            setattr(inside, f"new{n}", n)
            back(inside)
    assert (outside.new0, outside.new1) == (0, 1)


def test_what_was_shared_is_shared_in_every_step():
    shared = model()
    first, second = Box(m=shared), Box(m=shared)
    with update_context("tag"):
        one, two = out_and_in(first, second)
        assert one.m is two.m
        one.m.new = 3
        assert back(one, two) == [first, second]
    assert second.m is shared
    assert shared.new == 3


def test_the_structure_says_which_objects_came_from_outside():
    outside = model()
    with update_context("tag"):
        (inside,) = out_and_in(outside)
        inside.a_new = Box()
        with split_context("tag") as context:
            structure, _ = context.split(inside)
    assert structure.outer == (0, None, 1)
    assert structure != graphdef(inside)
    assert hash(structure) != hash(graphdef(inside))
    assert structure.with_no_outer_index() is graphdef(inside)
    assert pickle.loads(pickle.dumps(structure)) is structure
    same = structure.with_same_outer_index()
    assert same.outer == (0, 1, 2)
    matching = graphdef(Box(a=1)).with_matching_outer_index(structure)
    assert matching.outer == (0,)
    assert graphdef(inside).with_matching_outer_index(matching).outer == (0, None, None)


def test_a_reference_has_a_place_in_structures():
    shared = model()
    with split_context() as context:
        context.split(shared)
        structure, state = context.split({"s": shared})
    assert structure.nodes[1] == NodeRef(0)
    assert structure.paths == ()
    assert state.flat_state().paths == ()
    assert "#0" in repr(structure)
    assert pickle.loads(pickle.dumps(structure)) is structure


def test_tags_find_their_context():
    with update_context("a") as a, update_context("b") as b:
        assert current_update_context("a") is a
        assert current_update_context("b") is b
        with update_context("a") as again:
            assert current_update_context("a") is again
    assert repr(a) == "UpdateContext(tag='a')"
    with pytest.raises(UnknownContextError, match="there is none"):
        current_update_context("a")


def test_an_update_context_decorates():
    @update_context("tag")
    def inside():
        return current_update_context("tag").tag

    assert inside() == "tag"


def test_an_unknown_tag_lists_those_that_are_open():
    with (
        update_context("a"),
        pytest.raises(UnknownContextError, match=r"open now: 'a'"),
        split_context("b"),
    ):
        raise AssertionError


@pytest.mark.parametrize(
    "step",
    [
        lambda: merge_context("tag", inner=True),
        lambda: merge_context("tag", inner=False),
        lambda: merge_context("tag"),
    ],
)
def test_steps_come_in_order(step):
    with update_context("tag"), pytest.raises(ContextOrderError), step():
        raise AssertionError


def test_the_split_inside_comes_after_the_merge_inside():
    with update_context("tag"):
        _split_outside(model())
        with (
            pytest.raises(ContextOrderError, match="second split"),
            split_context("tag"),
        ):
            raise AssertionError


def test_an_object_of_another_trace_is_refused_before_anything_is_written():
    outside = model()
    with update_context("tag"):
        (inside,) = out_and_in(outside)
        inside.new = 3

        @jax.jit
        def elsewhere():
            with pytest.raises(TraceLevelError):
                back(inside)

        elsewhere()
    assert sorted(vars(outside)) == ["w", "x"]


def test_the_steps_can_be_done_by_hand():
    outside = model()
    structure, leaves = flatten(outside, ref_index=(numbers := RefMap()))
    inside = unflatten(
        structure, leaves, index_ref=(made := IndexMap()), copy_variables=True
    )
    inside.new = 3
    inside.w = Cell(jnp.zeros(3))

    structure, leaves = flatten(inside, ref_outer_index=RefMap.from_indexmap(made))
    back = unflatten(
        structure, leaves, outer_index_outer_ref=IndexMap.from_refmap(numbers)
    )

    assert back is outside
    assert outside.new == 3
    assert outside.w.content.shape == (3,)

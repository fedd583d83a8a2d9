"""Refs as cells: outside of traces and inside, and in every operation of the core."""

import pickle
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import (
    State,
    clone,
    diff,
    draw,
    find_duplicates,
    flatten,
    graphdef,
    map,
    merge,
    pop,
    split,
    state,
    to_pure_dict,
    unflatten,
    update,
)
from ramie.graph.errors import RefContentError, RefMetadataError, StateMismatchError
from ramie.graph.extend import is_cell, is_node, kind_of
from ramie.graph.testing import check_cell, check_node, check_round_trip

from .kinds import Box, Cell


class Pair(NamedTuple):
    left: object
    right: object


@pytest.fixture
def ref():
    return jax.new_ref(jnp.arange(3.0))


def test_a_ref_is_a_cell_and_its_array_a_leaf(ref):
    assert is_cell(ref)
    assert not is_node(ref)
    assert not is_cell(ref[...])


@pytest.mark.parametrize(
    "hold",
    [
        lambda ref: [ref, ref],
        lambda ref: {"a": ref, "b": (ref, 1)},
        lambda ref: Box(x=ref, below=[ref, Cell(2)]),
        lambda ref: Pair(ref, ref),
    ],
    ids=["list", "dict", "tracked node", "foreign pytree"],
)
def test_refs_survive_a_round_trip_wherever_they_are(hold, ref):
    check_round_trip(hold(ref))
    check_node(hold(ref))


def test_refs_keep_the_contract_of_cells(ref):
    check_cell(ref, jnp.ones(3))


def test_a_remembered_structure_is_found_again_without_reading(ref):
    box = Box(x=ref)
    before = graphdef(box)
    jax.free_ref(ref)

    assert graphdef(box) is before


def test_the_structure_is_the_same_inside_a_trace(ref):
    seen = []

    @jax.jit
    def f(ref):
        seen.append(graphdef([ref]))

    f(ref)

    assert seen == [graphdef([ref])]


def test_the_state_holds_the_ref_itself(ref):
    node = [ref, {"a": ref}]

    structure, leaves = split(node)

    assert leaves[0] is ref
    assert list(leaves) == [0]
    assert flatten(node)[1].leaves[0] is ref
    assert state(node, jax.Ref)[0] is ref
    assert merge(structure, leaves)[1]["a"] is ref


def test_a_lone_ref_is_its_own_state(ref):
    structure, leaf = split(ref)

    assert leaf is ref
    assert merge(structure, leaf) is ref


def test_an_array_in_the_state_makes_a_new_ref(ref):
    structure = graphdef([ref, ref])

    node = merge(structure, State({0: jnp.ones(3)}))

    assert isinstance(node[0], jax.Ref)
    assert node[0] is node[1]
    assert node[0] is not ref
    assert ref[...].tolist() == [0.0, 1.0, 2.0]


def test_a_clone_has_refs_of_its_own(ref):
    copy = clone([ref, ref])

    copy[0][...] = jnp.ones(3)

    assert copy[0] is copy[1]
    assert ref[...].tolist() == [0.0, 1.0, 2.0]
    assert clone([ref], variables=False)[0] is ref


def test_an_abstract_state_makes_an_abstract_graph(ref):
    abstract = jax.ShapeDtypeStruct((3,), jnp.float32)

    assert merge(graphdef([ref]), State({0: abstract})) == [abstract]


@pytest.mark.parametrize(
    "value",
    [
        jnp.ones(3),
        np.ones(3),
        jnp.ones(3, jnp.bfloat16),
        jax.new_ref(jnp.ones(3)),
    ],
    ids=["array", "numpy array", "another dtype of the family", "another ref"],
)
def test_update_writes_in_place(value, ref):
    node = [ref]

    update(node, State({0: value}))

    assert node[0] is ref
    assert ref.dtype == jnp.float32
    assert ref[...].tolist() == [1.0, 1.0, 1.0]


def test_update_with_its_own_state_changes_nothing(ref):
    update([ref], state([ref]))

    assert ref[...].tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("value", [jnp.ones(4), jnp.ones(3, int)])
def test_a_misfit_is_refused_before_anything_is_written(value, ref):
    other = jax.new_ref(jnp.zeros(1))

    with pytest.raises(StateMismatchError, match="at 1: the structure has"):
        update([other, ref], State({0: jnp.ones(1), 1: value}))

    assert other[...].tolist() == [0.0]


def test_random_keys_are_written_too():
    ref = jax.new_ref(jax.random.key(0))

    update([ref], State({0: jax.random.key(1)}))

    assert jax.random.key_data(ref[...]).tolist() == [0, 1]


@pytest.mark.parametrize("content", ["text", object()])
def test_what_is_no_array_is_refused(content, ref):
    with pytest.raises(RefContentError, match="holds one array"):
        merge(graphdef([ref]), State({0: content}))
    with pytest.raises(RefContentError, match="use a Variable"):
        kind_of(ref).assign(ref, content)


def test_a_ref_takes_no_metadata(ref):
    kind_of(ref).redescribe(ref, ())

    with pytest.raises(RefMetadataError, match="has no metadata"):
        kind_of(ref).redescribe(ref, (("note", "x"),))


def test_raw_writes_reach_the_ref(ref):
    kind_of(ref).write(ref, jnp.zeros(3))

    assert kind_of(ref).read(ref).tolist() == [0.0, 0.0, 0.0]


def test_refs_can_be_popped_found_twice_mapped_and_exported(ref):
    node = [ref, {"a": ref, "b": 2}]

    assert find_duplicates(node) == [[(0,), (1, "a")]]
    assert to_pure_dict(state(node))[0].tolist() == [0.0, 1.0, 2.0]
    assert map(lambda _, leaf: leaf[...] * 2, node)[0][...].tolist() == [0, 2, 4]
    assert pop(node, jax.Ref)[0] is ref
    assert node == [{"b": 2}]


def test_differences_and_drawings_know_refs(ref):
    same = jax.new_ref(ref[...])
    other = jax.new_ref(jnp.ones(3))

    assert not diff([ref], [same])
    assert "0: largest difference 1" in str(diff([ref], [other]))
    assert "Ref" in draw([ref]).svg


def test_structures_of_refs_are_equal_and_can_be_pickled(ref):
    structure = graphdef([ref])

    assert structure is graphdef([jax.new_ref(jnp.ones(1))])
    assert pickle.loads(pickle.dumps(structure)) is structure


def test_a_ref_of_a_trace_is_a_cell_there():
    @jax.jit
    def f(x):
        node = [jax.new_ref(x), x]
        node.append(node[0])
        structure, leaves = split(node)
        copy, window = clone(node), merge(structure, leaves)
        copy[0][...] += 1.0
        window[2][...] *= 3.0
        update(copy, State({1: x * 5.0}))
        assert is_cell(node[0])
        assert not is_cell(x)
        assert copy[0] is copy[2]
        assert window[0] is node[0]
        return node[0][...], copy[2][...], copy[1]

    assert [x.tolist() for x in f(jnp.ones(1))] == [[3.0], [2.0], [5.0]]


def test_a_ref_that_jax_passes_into_a_trace_is_a_cell_there(ref):
    @jax.jit
    def f(ref):
        update([ref], State({0: jnp.ones(3)}))

    f(ref)

    assert ref[...].tolist() == [1.0, 1.0, 1.0]


def test_a_content_of_a_trace_makes_a_ref_of_that_trace(ref):
    structure = graphdef([ref])

    @jax.jit
    def f(x):
        node = unflatten(structure, [x])
        node[0][...] += 1.0
        return node[0][...]

    assert f(jnp.zeros(3)).tolist() == [1.0, 1.0, 1.0]

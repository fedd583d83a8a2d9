"""States of nnx from variables of Linen, and back."""

import jax.numpy as jnp
import pytest

from ramie import graph
from ramie.layers import Linear
from ramie.linen import Partitioned, bridge
from ramie.linen.bridge.errors import (
    NotAVariableError,
    StructureMismatchError,
    UnknownCollectionError,
    VariableClashError,
)
from ramie.module import List, Module, Rngs
from ramie.variables import Param, use_eager_sharding

KERNEL = jnp.ones((2, 3))


class Stack(Module):
    """Layers by number, and random keys."""

    def __init__(self):
        self.layers = List([Linear(2, 3, use_bias=False, rngs=Rngs(0))])
        self.rngs = Rngs(0)


VARIABLES = {"params": {"layers": {"0": {"kernel": KERNEL}}}}


def test_names_of_linen_are_numbers_of_nnx():
    model = Stack()

    graph.update(model, bridge.state_from_variables(VARIABLES, model))

    assert (model.layers[0].kernel.value == KERNEL).all()
    back = bridge.variables_from_state(model, VARIABLES)
    assert list(back["params"]["layers"]) == ["0"]


def test_without_a_target_the_tree_is_the_same():
    state = bridge.state_from_variables(VARIABLES)

    assert type(state["layers"]["0"]["kernel"]) is Param
    assert bridge.variables_from_state(state) == VARIABLES


def test_boxes_and_metadata_go_both_ways():
    boxed = {"params": {"kernel": Partitioned(KERNEL, ("a", "b"))}}
    state = bridge.state_from_variables(
        boxed, Linear(2, 3, use_bias=False, rngs=Rngs(0))
    )

    assert state["kernel"].out_sharding == ("a", "b")
    assert bridge.variables_from_state(state)["params"]["kernel"].names == ("a", "b")
    with use_eager_sharding(False):
        plain = graph.State({"kernel": Param(KERNEL)})
    assert bridge.variables_from_state(plain, boxed)["params"]["kernel"].names


def test_random_keys_are_left_out():
    assert set(bridge.variables_from_state(Stack())) == {"params"}
    assert set(bridge.variables_from_state(graph.state(Stack()))) == {"params"}


def test_everything_that_does_not_fit_is_named():
    given = {"params": {"kernel": jnp.ones((2, 4)), "scale": 1.0}}
    model = Linear(2, 3, rngs=Rngs(0))

    with pytest.raises(StructureMismatchError) as caught:
        bridge.state_from_variables(given, model)

    message = str(caught.value)
    assert "missing: bias" in message
    assert "without a place: scale" in message
    assert "kernel: shape (2, 4), the target has (2, 3)" in message
    report = bridge.match_variables(given, model)
    assert not report.fits
    assert report.unexpected == (("scale",),)


def test_another_collection_is_a_difference():
    given = {"batch_stats": {"kernel": KERNEL}}
    model = Linear(2, 3, use_bias=False, rngs=Rngs(0))

    (difference,) = bridge.match_variables(given, model).differing

    assert difference == "kernel: in 'batch_stats', the target has it in 'params'"


def test_what_fits_can_be_taken():
    given = {"params": {"kernel": KERNEL, "scale": 1.0}}
    model = Linear(2, 3, rngs=Rngs(0))

    state = bridge.state_from_variables(given, model, strict=False)

    assert set(state) == {"kernel"}
    with pytest.raises(StructureMismatchError, match="missing: scale"):
        bridge.variables_from_state(model, {"params": {"scale": 1.0, "kernel": KERNEL}})


def test_paths_can_be_renamed_and_left_out():
    given = {"params": {"Dense_0": {"kernel": KERNEL, "bias": 1.0}}}

    def rename(path):
        return path[1:] if path[-1] == "kernel" else None

    model = Linear(2, 3, use_bias=False, rngs=Rngs(0))
    assert bridge.match_variables(given, model, rename=rename).fits
    assert set(bridge.state_from_variables(given, rename=rename)) == {"kernel"}


def test_an_unknown_collection_is_named_unless_it_may_be_made():
    given = {"never_registered_before": {"n": 1.0}}

    with pytest.raises(UnknownCollectionError, match="'never_registered_before'"):
        bridge.state_from_variables(given)
    state = bridge.state_from_variables(given, register=True)
    assert state["n"].value == 1.0


def test_one_path_in_two_collections_is_refused():
    with pytest.raises(VariableClashError, match="'params', 'cache'"):
        bridge.state_from_variables({"params": {"a": 1.0}, "cache": {"a": 1.0}})
    with pytest.raises(VariableClashError, match="a is in several"):
        bridge.state_from_variables({"params": {"a": 1.0}, "cache": {"a": {"b": 1.0}}})


def test_leaves_without_a_collection_are_named():
    with pytest.raises(NotAVariableError, match="a is a float"):
        bridge.variables_from_state(graph.State({"a": 1.0}))

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import state
from ramie.training.weights._held import as_struct, held_by, storable, write
from ramie.training.weights.errors import StoredContentError
from ramie.variables import Param, Variable


def test_a_shared_variable_is_held_once():
    shared = Param(jnp.ones(2))

    assert list(held_by({"a": shared, "b": [shared]})) == [("a",)]


def test_contents_that_are_trees_have_longer_paths():
    node = {"cache": Variable({"k": jnp.ones(1), "n": (2, 3.0)})}

    assert list(held_by(node)) == [
        ("cache", "k"),
        ("cache", "n", 0),
        ("cache", "n", 1),
    ]


def test_a_lone_variable_is_at_the_root():
    assert list(held_by(Param(jnp.ones(2)))) == [()]


def test_writing_replaces_parts_of_a_content_and_keeps_the_others():
    node = {"cache": Variable({"k": jnp.ones(1), "n": (2, 3.0)}), "w": Param(1.0)}

    write(node, {("cache", "n", 0): 5})

    assert node["cache"].value == {"k": jnp.ones(1), "n": (5, 3.0)}
    assert node["w"].value == 1.0


def test_writing_into_a_state_writes_the_model_it_is_of():
    model = {"w": Param(jnp.zeros(2))}

    write(state(model), {("w",): jnp.ones(2)})

    assert model["w"].value.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("kept", [True, 1, 1.0, 1j, np.float32(1), np.ones(())])
def test_a_number_counts_as_an_array_of_it(kept):
    assert as_struct(kept).shape == ()
    assert as_struct(kept).dtype == np.asarray(kept).dtype


@pytest.mark.parametrize(
    ("value", "match"),
    [
        (jax.ShapeDtypeStruct((), "f4"), "at a/0: it is a shape without numbers"),
        ("text", "it is a str"),
    ],
)
def test_what_has_no_numbers_cannot_be_stored(value, match):
    with pytest.raises(StoredContentError, match=match):
        storable(("a", 0), value)


def test_what_jax_traces_cannot_be_stored():
    with pytest.raises(StoredContentError, match="Save outside of jit"):
        jax.make_jaxpr(lambda x: storable(("a",), x))(1.0)


def test_shapes_of_refs_and_abstract_arrays_are_known():
    node = {"r": jax.new_ref(jnp.ones(3)), "a": jax.ShapeDtypeStruct((4,), "f4")}

    shapes = {path: as_struct(value).shape for path, value in held_by(node).items()}

    assert shapes == {("a",): (4,), ("r",): (3,)}

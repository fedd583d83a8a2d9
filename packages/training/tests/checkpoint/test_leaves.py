import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramie.training.checkpoint._leaves import Stored, describe, nest, spell
from ramie.training.weights.errors import StoredContentError

KEYS = st.one_of(st.integers(-3, 3), st.text("01.a/%-é", max_size=3))
PATHS = st.lists(st.tuples(KEYS, KEYS), unique=True)


@given(PATHS)
def test_different_paths_are_spelled_differently(paths):
    assert len({spell(path) for path in paths}) == len(paths)


@given(st.text())
def test_no_storage_trips_over_a_name(key):
    (name,) = spell((key,))

    assert name
    assert not set(name) & set("./\\ ")


def test_the_root_has_a_name():
    assert nest([((), 1.0)]) == {"%": 1.0}


VALUES = [
    jnp.ones(2),
    jnp.asarray(2.0),
    jnp.zeros((0, 3), jnp.bfloat16),
    jax.random.key(0),
    jax.random.split(jax.random.key(0, impl="rbg")),
    np.ones(2, "f8"),
    np.float16(1),
    3,
    True,
]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_a_description_survives_json(value):
    stored, _ = describe(("a", 0), value)

    assert Stored.read(json.loads(json.dumps(stored.facts()))) == stored


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_a_description_knows_shape_and_dtype(value):
    stored, array = describe(("a", 0), value)

    like = value if hasattr(value, "dtype") else np.asarray(value)
    assert (stored.struct.shape, stored.struct.dtype) == (like.shape, like.dtype)
    assert stored.dtype == array.dtype.name


@pytest.mark.parametrize("value", VALUES[:5], ids=str)
def test_what_was_read_is_what_it_was(value):
    stored, array = describe((), value)
    read = np.asarray(array)

    assert stored.as_it_was(read).aval == value.aval
    assert stored.put(read, value).aval == value.aval


def test_an_array_that_storage_has_placed_is_left_alone():
    stored, array = describe((), jnp.ones(2))

    assert stored.put(array, jnp.zeros(2)) is array


def test_numbers_that_jax_has_no_dtype_for_stay_those_of_numpy():
    stored, array = describe((), np.ones(2, "f8"))

    assert stored.as_it_was(array) is array


def test_an_array_without_numbers_is_made_anew():
    stored, _ = describe((), jax.random.split(jax.random.key(0), 0))

    assert stored.empty
    assert stored.as_it_was(stored.nothing()).shape == (0,)


def test_an_array_that_is_weakly_typed_stays_where_it_is():
    device = jax.devices()[1]
    stored, array = describe((), jnp.asarray(2.0))

    new = stored.put(np.asarray(array), jax.device_put(jnp.asarray(1.0), device))

    assert new.weak_type
    assert new.device == device


def test_a_weak_type_is_given_up_with_its_dtype():
    stored = Stored((), (), "float64", None, weak=True)

    assert not stored.put(np.array(1.0), jnp.ones(())).weak_type


@pytest.mark.parametrize(
    ("path", "value", "match"),
    [
        (("a", 1.5), jnp.ones(1), "a/1.5: the key 1.5 is a float"),
        (("a", True), jnp.ones(1), "the key True is a bool"),
        (("a",), "text", "it is a str"),
    ],
)
def test_what_cannot_be_stored_is_refused(path, value, match):
    with pytest.raises(StoredContentError, match=match):
        describe(path, value)

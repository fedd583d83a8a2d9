import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import graph
from ramie.layers import Embed
from ramie.layers.errors import (
    FeatureCountError,
    InputDtypeError,
    RngsTypeError,
    SizeError,
)
from ramie.module import Rngs
from ramie.variables import with_metadata


def test_numbers_become_rows_of_the_table():
    layer = Embed(5, 3, rngs=Rngs(0))

    vectors = layer(jnp.array([[4, 0]]))

    np.testing.assert_array_equal(vectors, layer.embedding.value[jnp.array([[4, 0]])])


@pytest.mark.parametrize("ids", [2, [2], np.array([2])])
def test_anything_that_becomes_integers_is_looked_up(ids):
    layer = Embed(5, 3, rngs=Rngs(0))

    np.testing.assert_array_equal(layer(ids).ravel(), layer.embedding.value[2])


def test_queries_meet_every_row():
    layer = Embed(5, 3, rngs=Rngs(0))
    query = jnp.ones((2, 3))

    logits = layer.attend(query)

    np.testing.assert_allclose(logits, query @ layer.embedding.value.T, rtol=1e-6)


def test_the_dtype_applies_to_vectors_and_logits():
    layer = Embed(5, 3, dtype=jnp.bfloat16, rngs=Rngs(0))

    assert layer.embedding.value.dtype == jnp.float32
    assert layer(jnp.array([1])).dtype == jnp.bfloat16
    assert layer.attend(jnp.ones(3)).dtype == jnp.bfloat16


def test_the_dtype_is_that_of_the_table_by_default():
    assert Embed(5, 3, param_dtype=jnp.bfloat16, rngs=Rngs(0)).dtype == jnp.bfloat16


def test_the_table_is_its_only_variable():
    state = graph.state(Embed(5, 3, rngs=Rngs(0)))

    assert [path for path, _ in state.flat_state()] == [("embedding",)]


def test_fractions_are_refused():
    with pytest.raises(InputDtypeError, match="integer dtype, got float32"):
        Embed(5, 3, rngs=Rngs(0))(jnp.ones(2))


def test_a_query_of_another_size_is_refused():
    with pytest.raises(FeatureCountError, match="Pass inputs with 3 features"):
        Embed(5, 3, rngs=Rngs(0)).attend(jnp.ones(4))


def test_a_size_that_is_none_is_refused_by_name():
    with pytest.raises(SizeError, match="num_embeddings must be an int"):
        Embed(-5, 3, rngs=Rngs(0))


def test_anything_but_streams_is_refused():
    with pytest.raises(RngsTypeError, match="Embed: rngs must be an Rngs"):
        Embed(5, 3, rngs=None)


def test_metadata_from_an_initializer_stays_with_the_table():
    noted = with_metadata(jax.nn.initializers.ones, note="table")

    layer = Embed(5, 3, embedding_init=noted, param_dtype=jnp.bfloat16, rngs=Rngs(0))

    assert layer.embedding.note == "table"
    assert layer.dtype == layer(jnp.array([1])).dtype == jnp.bfloat16

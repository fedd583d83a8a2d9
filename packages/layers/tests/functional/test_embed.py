import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramie.layers.errors import FeatureCountError, InputDtypeError, InputRankError
from ramie.layers.functional import attend, embed

TABLE = jnp.arange(12.0).reshape(4, 3)


@settings(deadline=None, max_examples=10)
@given(ids=st.lists(st.integers(-4, 3), max_size=6))
def test_a_lookup_takes_rows(ids):
    rows = embed(jnp.asarray(ids, jnp.int32), TABLE)

    expected = np.asarray(TABLE)[np.asarray(ids, int)]
    np.testing.assert_array_equal(rows, expected)


@pytest.mark.parametrize("shape", [(), (5,), (2, 3)])
def test_features_come_after_the_axes_of_the_numbers(shape):
    assert embed(jnp.zeros(shape, jnp.uint8), TABLE).shape == (*shape, 3)


@pytest.mark.parametrize("outside", [4, -5, 100])
def test_numbers_outside_of_the_table_show_as_nan(outside):
    assert jnp.isnan(embed(jnp.array([outside]), TABLE)).all()


def test_a_single_row_serves_every_number():
    rows = embed(jnp.array([0, 7, -3]), TABLE[:1])

    np.testing.assert_array_equal(rows, np.tile(TABLE[0], (3, 1)))


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.bool_])
def test_only_integers_count_rows(dtype):
    with pytest.raises(InputDtypeError, match="integer dtype"):
        embed(jnp.ones(2, dtype), TABLE)


def test_a_query_meets_every_row():
    query = jnp.array([[1.0, 0.0, 2.0]])

    np.testing.assert_array_equal(attend(query, TABLE), query @ TABLE.T)


def test_a_query_of_another_size_is_refused():
    with pytest.raises(FeatureCountError, match="Pass inputs with 3 features"):
        attend(jnp.ones((2, 4)), TABLE)


def test_a_query_needs_features():
    with pytest.raises(InputRankError, match="attend: inputs need at least 1"):
        attend(jnp.float32(1), TABLE)

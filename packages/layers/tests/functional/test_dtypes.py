import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramie.layers.errors import ComputeDtypeError, NothingToPromoteError
from ramie.layers.functional import common_dtype, promote_dtype

DTYPES = [jnp.bfloat16, jnp.float16, jnp.float32, jnp.int32, jnp.bool_, jnp.complex64]


@settings(deadline=None, max_examples=15)
@given(st.lists(st.sampled_from(DTYPES), min_size=1, max_size=4))
def test_common_dtype_follows_the_standard_promotion_of_jax(dtypes):
    arrays = [jnp.ones(2, dtype) for dtype in dtypes]
    with jax.numpy_dtype_promotion("standard"):
        expected = jnp.result_type(*arrays)

    assert common_dtype(*arrays) == expected


def test_none_stays_none_and_counts_for_nothing():
    array, none = promote_dtype((jnp.ones(2, jnp.bfloat16), None))

    assert none is None
    assert array.dtype == jnp.bfloat16


def test_integers_become_floats_to_compute_with():
    (array,) = promote_dtype((jnp.arange(3),))

    assert array.dtype == jnp.float32


def test_integers_stay_integers_where_fractions_are_not_needed():
    (array,) = promote_dtype((jnp.arange(3),), inexact=False)

    assert array.dtype == jnp.int32


def test_a_given_dtype_wins_over_the_arrays():
    arrays = promote_dtype((jnp.ones(2), np.ones(2), 1.0), dtype=jnp.bfloat16)

    assert [array.dtype for array in arrays] == [jnp.bfloat16] * 3


def test_an_array_that_fits_already_is_not_copied():
    given = jnp.ones(3)

    (array,) = promote_dtype((given,))

    assert array is given


def test_a_weak_type_becomes_a_strong_one():
    (array,) = promote_dtype((jnp.asarray(1.0),))

    assert not array.weak_type


def test_double_precision_narrows_silently_where_it_is_switched_off():
    (array,) = promote_dtype((np.ones(2, np.float64),))

    assert array.dtype == jnp.float32


def test_an_integer_dtype_to_compute_in_is_refused_with_both_ways_out():
    with pytest.raises(
        ComputeDtypeError, match="floating or complex dtype, or pass inexact=False"
    ):
        promote_dtype((jnp.ones(2),), dtype=jnp.int32)


def test_nothing_to_promote_is_refused():
    with pytest.raises(NothingToPromoteError, match="give dtype"):
        promote_dtype((None,))


def test_nested_lists_are_arrays():
    rows, array = promote_dtype(([[1, 2], [3, 4]], jnp.ones(2, jnp.bfloat16)))

    assert rows.dtype == array.dtype == jnp.bfloat16
    assert rows.tolist() == [[1, 2], [3, 4]]

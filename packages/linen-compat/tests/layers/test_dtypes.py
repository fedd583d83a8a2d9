import jax.numpy as jnp
import numpy as np
import pytest

from ramie.linen import dtypes
from ramie.linen.layers._dtypes import as_array


def test_the_common_dtype_is_floating():
    assert dtypes.canonicalize_dtype(jnp.ones(1, jnp.int32), None) == jnp.float32
    both = dtypes.canonicalize_dtype(jnp.ones(1, jnp.bfloat16), jnp.ones(1, jnp.int32))
    assert both == jnp.bfloat16


def test_integers_stay_where_they_may():
    ids = jnp.ones(1, jnp.int32)
    assert dtypes.canonicalize_dtype(ids, inexact=False) == jnp.int32


def test_a_dtype_given_is_taken():
    assert dtypes.canonicalize_dtype(jnp.ones(1), dtype=jnp.float16) == jnp.float16


def test_layers_do_not_compute_in_integers():
    with pytest.raises(ValueError, match="integer type"):
        dtypes.canonicalize_dtype(jnp.ones(1), dtype=jnp.int32)


def test_arrays_are_brought_to_one_dtype_and_none_is_passed_over():
    a, none, b = dtypes.promote_dtype(jnp.ones(1, jnp.bfloat16), None, jnp.ones(1))
    assert (a.dtype, none, b.dtype) == (jnp.float32, None, jnp.float32)


def test_lists_become_arrays_and_arrays_stay():
    x = jnp.ones(2)
    assert as_array(x) is x
    np.testing.assert_array_equal(as_array([1.0, 1.0]), x)

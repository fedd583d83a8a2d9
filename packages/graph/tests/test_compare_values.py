import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph._compare_values import distance, is_abstract


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (np.ones(2), np.ones(2), None),
        (np.array([np.nan, np.inf]), np.array([np.nan, np.inf]), None),
        (np.zeros((0, 3)), np.zeros((0, 3)), None),
        (np.uint8(1), np.uint8(3), 2.0),
        (np.array([True]), np.array([False]), 1.0),
        (np.array([3j]), np.array([4.0]).astype(complex), 5.0),
        (np.array([np.inf]), np.array([1.0]), math.inf),
        (jnp.ones(2, jnp.bfloat16), jnp.full(2, 3, jnp.bfloat16), 2.0),
        (jax.random.key(1), jax.random.key(1), None),
        (jax.random.key(1), jax.random.key(3), 2.0),
    ],
)
def test_the_largest_difference_of_two_arrays(x, y, expected):
    assert distance(x, y, 0.0, 0.0) == expected


def test_large_integers_differ_although_their_floats_do_not():
    x, y = np.array([2**53]), np.array([2**53 + 1])

    assert distance(x, y, 0.0, 0.0) == 1.0


def test_nan_differs_from_a_number():
    gap = distance(np.array([np.nan]), np.array([1.0]), 0.0, 0.0)

    assert gap is not None
    assert math.isnan(gap)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (jax.ShapeDtypeStruct((2,), jnp.float32), True),
        (jax.core.ShapedArray((2,), jnp.dtype("float32")), True),
        (np.ones(2), False),
    ],
    ids=["struct", "type", "array"],
)
def test_types_of_arrays_have_no_values_to_compare(value, expected):
    assert is_abstract(value) is expected

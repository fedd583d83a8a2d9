import itertools
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax import lax

from ramie.layers.errors import (
    AxisCountError,
    InputDtypeError,
    InputRankError,
    PaddingError,
)
from ramie.layers.functional import avg_pool, max_pool, min_pool, pool

WAYS = [(avg_pool, np.mean), (max_pool, np.max), (min_pool, np.min)]


def windows(image, window, strides):
    """Every window of a (height, width) image, in a grid."""
    rows = range(0, image.shape[0] - window[0] + 1, strides[0])
    columns = range(0, image.shape[1] - window[1] + 1, strides[1])
    return {
        (i, j): image[row : row + window[0], column : column + window[1]]
        for (i, row), (j, column) in itertools.product(
            enumerate(rows), enumerate(columns)
        )
    }


@pytest.mark.parametrize(("function", "reference"), WAYS)
@settings(deadline=None, max_examples=8)
@given(
    shape=st.tuples(st.integers(2, 5), st.integers(2, 5)),
    window=st.tuples(st.integers(1, 2), st.integers(1, 2)),
    strides=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    seed=st.integers(0, 9),
)
def test_pooling_reduces_each_window(function, reference, shape, window, strides, seed):
    image = np.random.default_rng(seed).normal(size=shape).astype(np.float32)

    pooled = function(jnp.asarray(image)[None, :, :, None], window, strides)

    for place, content in windows(image, window, strides).items():
        np.testing.assert_allclose(
            pooled[0, *place, 0], reference(content), rtol=1e-5, atol=1e-6
        )


@pytest.mark.parametrize("function", [avg_pool, max_pool, min_pool])
@pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
def test_any_number_of_batch_axes_comes_back(function, batch):
    halve = partial(function, window_shape=(2, 2), strides=(2, 2))

    pooled = jax.eval_shape(halve, jnp.ones((*batch, 6, 4, 3)))

    assert pooled.shape == (*batch, 3, 2, 3)


@pytest.mark.parametrize(("function", "worst"), [(max_pool, -9.0), (min_pool, 9.0)])
def test_padding_never_wins(function, worst):
    pooled = function(jnp.full((1, 3, 1), worst), (3,), padding="SAME")

    assert (pooled == worst).all()


@pytest.mark.parametrize("dtype", [jnp.int32, jnp.uint8, jnp.bool_, jnp.bfloat16])
@pytest.mark.parametrize("function", [max_pool, min_pool])
def test_extremes_keep_the_dtype(function, dtype):
    inputs = jnp.array([0, 1, 1]).astype(dtype)[:, None]

    pooled = function(inputs, (2,), padding=((1, 0),))

    expected = [0, 1, 1] if function is max_pool else [0, 0, 1]
    assert pooled.dtype == dtype
    assert pooled.ravel().astype(int).tolist() == expected


@pytest.mark.parametrize("dtype", [jnp.bfloat16, jnp.float32, jnp.complex64])
def test_means_keep_an_inexact_dtype(dtype):
    pooled = avg_pool(jnp.ones((3, 1), dtype), (2,))

    assert pooled.dtype == dtype
    assert (pooled == 1).all()


def test_means_of_integers_are_fractions():
    pooled = avg_pool(jnp.array([[1], [2]]), (2,))

    assert pooled.dtype == jnp.float32
    assert pooled.tolist() == [[1.5]]


@pytest.mark.parametrize(
    ("count_include_pad", "expected"), [(True, [2, 2, 1]), (False, [2, 2, 2])]
)
def test_padding_counts_only_if_asked(count_include_pad, expected):
    pooled = avg_pool(
        jnp.full((2, 3, 1), 2.0),
        (2,),
        padding="SAME",
        count_include_pad=count_include_pad,
    )

    np.testing.assert_array_equal(pooled[1, :, 0], expected)


@pytest.mark.parametrize("init", [1.0, 1, np.float64(1), jnp.float32(1)])
def test_any_reduction_can_be_given(init):
    inputs = jnp.array([[2.0], [3.0], [4.0]])

    pooled = pool(inputs, init, lax.mul, (2,), None, "VALID")

    assert pooled.ravel().tolist() == [6, 12]


def test_the_gradient_of_a_maximum_goes_to_the_winner():
    inputs = jnp.array([[1.0], [3.0], [2.0]])

    gradient = jax.jit(jax.grad(lambda x: max_pool(x, (3,)).sum()))(inputs)

    assert gradient.ravel().tolist() == [0, 1, 0]


@pytest.mark.parametrize("padding", ["FULL", 1, (1, 1), ((1, 1),), ((1, 1), (1,))])
def test_any_other_padding_is_refused_with_what_is_accepted(padding):
    with pytest.raises(PaddingError, match=r"a pair \(before, after\)"):
        max_pool(jnp.ones((1, 4, 4, 1)), (2, 2), padding=padding)


@pytest.mark.parametrize("strides", [(1,), (0, 1), (1, 1, 1)])
def test_strides_that_do_not_fit_are_refused(strides):
    with pytest.raises(AxisCountError, match="pool: strides="):
        max_pool(jnp.ones((1, 4, 4, 1)), (2, 2), strides)


def test_a_window_without_elements_is_refused():
    with pytest.raises(AxisCountError, match="pool: window_shape="):
        max_pool(jnp.ones((1, 4, 4, 1)), (2, 0))


def test_missing_spatial_axes_are_refused():
    with pytest.raises(InputRankError, match="at least 4 axes"):
        max_pool(jnp.ones((4, 4, 1)), (2, 2, 2))


def test_truth_values_have_no_mean():
    with pytest.raises(InputDtypeError, match="numeric dtype, got bool"):
        avg_pool(jnp.ones((4, 1), bool), (2,))

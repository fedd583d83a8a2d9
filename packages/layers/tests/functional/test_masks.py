import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers.errors import InputRankError, MaskCombinationError
from ramie.layers.functional import (
    combine_masks,
    make_attention_mask,
    make_causal_mask,
)


def test_a_mask_compares_each_query_with_each_key():
    queries, keys = jnp.array([[1.0, 2.0]]), jnp.array([[3.0, 0.0, 5.0]])

    mask = make_attention_mask(queries, keys)

    np.testing.assert_array_equal(mask, [[[[3, 0, 5], [6, 0, 10]]]])


def test_pairs_can_be_compared_otherwise():
    positions = jnp.arange(3)

    mask = make_attention_mask(positions, positions, jnp.equal, dtype=bool)

    assert mask.dtype == bool
    np.testing.assert_array_equal(mask[0], np.eye(3))


@pytest.mark.parametrize("extra", [0, 2])
def test_masks_get_axes_in_front(extra):
    tokens = jnp.ones((2, 3))

    expected = (1,) * extra + (2, 1, 3, 3)
    assert make_attention_mask(tokens, tokens, extra_batch_dims=extra).shape == expected
    assert make_causal_mask(tokens, extra).shape == expected


def test_a_causal_mask_is_a_lower_triangle():
    mask = make_causal_mask(jnp.zeros((2, 4)))

    assert mask.dtype == jnp.float32
    np.testing.assert_array_equal(mask, np.broadcast_to(np.tri(4), (2, 1, 4, 4)))


def test_combined_masks_let_through_what_all_do():
    causal = make_causal_mask(jnp.zeros(3))
    tokens = make_attention_mask(jnp.ones(3, bool), jnp.array([1, 0, 1], bool))

    mask = combine_masks(causal, None, tokens, dtype=jnp.int32)

    assert mask.dtype == jnp.int32
    np.testing.assert_array_equal(mask[0], [[1, 0, 0], [1, 0, 0], [1, 0, 1]])


def test_one_mask_is_only_converted():
    mask = combine_masks(None, jnp.array([0.0, 2.5]), dtype=jnp.bfloat16)

    assert mask.dtype == jnp.bfloat16
    np.testing.assert_array_equal(mask.astype(jnp.float32), [0, 2.5])


def test_no_masks_are_no_mask():
    assert combine_masks() is None
    assert combine_masks(None, None) is None


@pytest.mark.parametrize("shape", [(5, 5), (1, 4, 5)])
def test_masks_that_do_not_fit_each_other_are_refused(shape):
    with pytest.raises(MaskCombinationError, match="same number of axes"):
        combine_masks(jnp.ones((2, 5, 5)), jnp.ones(shape))


def test_a_scalar_has_no_positions():
    with pytest.raises(InputRankError, match="positions"):
        make_attention_mask(jnp.ones(3), jnp.ones(()))
    with pytest.raises(InputRankError, match="positions"):
        make_causal_mask(jnp.ones(()))

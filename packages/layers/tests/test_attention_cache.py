import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers._attention_cache import empty_cache, spoil_overflow, take_step
from ramie.layers.errors import CacheFullError, CacheShapeError

ONES = jnp.ones((2, 1, 4, 8))


def empty(index, length=3, dtype=jnp.float32):
    stored = jnp.zeros((2, length, 4, 8), dtype)
    return stored, stored, jnp.array(index, jnp.int32)


def test_a_step_is_written_behind_the_earlier_ones():
    step = take_step("Decoder", empty(1), ONES, 2 * ONES)

    written = np.zeros((2, 3, 4, 8))
    written[:, 1] = 1
    np.testing.assert_array_equal(step.key, written)
    np.testing.assert_array_equal(step.value, 2 * written)
    assert step.position == 1


def test_a_cache_begins_empty():
    key, value, index = empty_cache((2, 3, 4, 8), jnp.bfloat16, None, jnp.ones(1))

    for cache in (key, value):
        assert (cache.shape, cache.dtype) == ((2, 3, 4, 8), jnp.bfloat16)
        assert not cache[...].any()
    assert index[...] == 0


def test_what_is_stored_is_the_step_and_the_next_position():
    step = take_step("Decoder", empty(1), ONES, 2 * ONES)

    key, value, index = step.stored
    assert (key is step.key, value is step.value, int(index)) == (True, True, 2)


def test_the_mask_shows_what_is_filled():
    step = take_step("Decoder", empty(1), ONES, ONES)

    assert step.mask.shape == (2, 1, 1, 3)
    assert step.mask[0, 0, 0].tolist() == [True, True, False]


def test_there_may_be_no_batch():
    stored = jnp.zeros((3, 4, 8))

    step = take_step("Decoder", (stored, stored, jnp.array(0)), ONES[0], ONES[0])

    assert step.key.shape == (3, 4, 8)
    assert step.mask.shape == (1, 1, 3)


def test_a_step_is_stored_in_the_dtype_of_the_cache():
    step = take_step("Decoder", empty(0, dtype=jnp.bfloat16), ONES, ONES)

    assert (step.key.dtype, step.value.dtype) == (jnp.bfloat16, jnp.bfloat16)


@pytest.mark.parametrize("wrong", ["key", "value"])
def test_a_step_of_another_shape_is_refused(wrong):
    given = {"key": ONES, "value": ONES, wrong: jnp.ones((2, 2, 4, 8))}

    with pytest.raises(CacheShapeError, match="Decoder") as caught:
        take_step("Decoder", empty(0), **given)

    assert caught.value.expected == (2, 1, 4, 8)


def test_a_full_cache_is_refused():
    with pytest.raises(CacheFullError, match="Decoder") as caught:
        take_step("Decoder", empty(3), ONES, ONES)

    assert (caught.value.position, caught.value.length) == (3, 3)


def test_outputs_without_room_become_nan_where_the_index_is_traced():
    spoilt = jax.jit(spoil_overflow, static_argnums=2)

    np.testing.assert_array_equal(spoilt(ONES, 2, 3), ONES)
    assert jnp.isnan(spoilt(ONES, 3, 3)).all()


def test_outputs_are_left_alone_where_the_index_is_known():
    assert spoil_overflow(ONES, jnp.array(2), 3) is ONES

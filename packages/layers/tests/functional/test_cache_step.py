import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers.errors import CacheFullError, CacheShapeError
from ramie.layers.functional import CacheStep, cache_step

ONES = jnp.ones((2, 1, 4, 8))


def empty(index, length=3, dtype=jnp.float32):
    stored = jnp.zeros((2, length, 4, 8), dtype)
    return stored, stored, jnp.array(index, jnp.int32)


def test_a_step_is_written_behind_the_earlier_ones():
    step = cache_step(empty(1), ONES, 2 * ONES)

    written = np.zeros((2, 3, 4, 8))
    written[:, 1] = 1
    np.testing.assert_array_equal(step.key, written)
    np.testing.assert_array_equal(step.value, 2 * written)
    assert step.position == 1


def test_what_is_stored_is_the_step_and_the_next_position():
    step = cache_step(empty(1), ONES, 2 * ONES)

    key, value, index = step.stored
    assert (key is step.key, value is step.value, int(index)) == (True, True, 2)


def test_what_is_given_stays_as_it_was():
    stored = empty(0)

    cache_step(stored, ONES, ONES)

    assert not stored[0].any()


def test_the_mask_shows_what_is_filled():
    step = cache_step(empty(1), ONES, ONES)

    assert step.mask.shape == (2, 1, 1, 3)
    assert step.mask[0, 0, 0].tolist() == [True, True, False]


def test_there_may_be_no_batch():
    stored = jnp.zeros((3, 4, 8))

    step = cache_step((stored, stored, jnp.array(0)), ONES[0], ONES[0])

    assert step.key.shape == (3, 4, 8)
    assert step.mask.shape == (1, 1, 3)


def test_a_step_is_stored_in_the_dtype_of_the_cache():
    step = cache_step(empty(0, dtype=jnp.bfloat16), ONES, ONES)

    assert (step.key.dtype, step.value.dtype) == (jnp.bfloat16, jnp.bfloat16)


@pytest.mark.parametrize("wrong", ["key", "value"])
def test_a_step_of_another_shape_is_refused(wrong):
    given = {"key": ONES, "value": ONES, wrong: jnp.ones((2, 2, 4, 8))}

    with pytest.raises(CacheShapeError, match=r"^Decoder: [\s\S]*init\(\)") as caught:
        cache_step(empty(0), **given, place="Decoder", maker="init()")

    assert caught.value.expected == (2, 1, 4, 8)


def test_a_full_cache_is_refused():
    with pytest.raises(CacheFullError, match=r"^Decoder: [\s\S]*init\(\)") as caught:
        cache_step(empty(3), ONES, ONES, place="Decoder", maker="init()")

    assert (caught.value.position, caught.value.length) == (3, 3)


def test_outputs_without_room_become_nan_where_the_index_is_traced():
    @jax.jit
    def checked(index):
        return CacheStep(*[ONES] * 3, index, empty(0)).checked(ONES)

    np.testing.assert_array_equal(checked(0), ONES)
    assert jnp.isnan(checked(1)).all()


def test_outputs_are_left_alone_where_the_index_is_known():
    assert cache_step(empty(2), ONES, ONES).checked(ONES) is ONES

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers.functional import Fp8Scaling, fp8_round, fp8_round_gradient

VALUES = jnp.array([0.3, -500.0, 17.0, 0.0])


def scaling(*history, scale=1.0):
    return Fp8Scaling(jnp.array([scale]), jnp.array(history, jnp.float32))


rounded_to = partial(jax.jit, static_argnames="dtype")(fp8_round)


@partial(jax.jit, static_argnames="dtype")
def advanced(values, before, dtype=jnp.float8_e4m3fn):
    """The next scaling, which is the gradient of the present one."""
    return jax.grad(lambda s: fp8_round(values, s, dtype).sum())(before)


def test_numbers_become_the_nearest_that_eight_bits_hold():
    # Of 17, eight bits hold 16 and 18; the tie goes to the even mantissa.
    rounded = rounded_to(VALUES, scaling(0.0))

    np.testing.assert_array_equal(rounded, [0.3125, -448.0, 16.0, 0.0])
    assert rounded.dtype == jnp.float32


def test_the_largest_of_the_history_meets_the_largest_of_the_format():
    rounded = rounded_to(jnp.array([8.0, 4.1, 9.0]), scaling(2.0, 8.0))

    np.testing.assert_allclose(rounded, [8.0, 4.0, 8.0], rtol=1e-6)


@pytest.mark.parametrize(
    ("dtype", "limit"), [(jnp.float8_e4m3fn, 448.0), (jnp.float8_e5m2, 57344.0)]
)
def test_the_next_scale_is_that_of_the_history(dtype, limit):
    after = advanced(VALUES, scaling(2.0, 8.0), dtype)

    np.testing.assert_allclose(after.scale, [8.0 / limit], rtol=1e-6)


def test_the_largest_value_replaces_the_oldest():
    once = advanced(VALUES, scaling(3.0, 2.0, 1.0))
    twice = advanced(VALUES / 100, once)

    np.testing.assert_array_equal(once.history, [500.0, 1.0, 3.0])
    np.testing.assert_array_equal(twice.history, [5.0, 3.0, 500.0])


@pytest.mark.parametrize("largest", [0.0, np.inf, np.nan, 1e-38])
def test_a_history_that_gives_no_scale_leaves_it(largest):
    np.testing.assert_array_equal(
        advanced(VALUES, scaling(largest, scale=0.3)).scale, np.float32([0.3])
    )


def test_without_a_history_the_scale_stays():
    after = advanced(VALUES, scaling(scale=2.0))

    np.testing.assert_array_equal(after.scale, [2.0])
    assert after.history.shape == (0,)


def test_an_empty_array_has_no_largest_value():
    after = advanced(jnp.zeros((0, 2)), scaling(3.0, 2.0))

    np.testing.assert_array_equal(after.history, [0.0, 3.0])


def test_gradients_pass_as_if_nothing_was_rounded():
    slopes = jax.grad(lambda x: jnp.dot(fp8_round(x, scaling(1.0)), VALUES))(VALUES)

    np.testing.assert_array_equal(slopes, VALUES)


def test_the_gradient_alone_is_rounded():
    before = scaling(3.0, 2.0)

    out, back = jax.vjp(fp8_round_gradient, VALUES, before)
    slopes, after = back(jnp.array([1.1, 2.9, -7.0, 0.0]))

    np.testing.assert_array_equal(out, VALUES)
    # Two bits of mantissa, after division by 3 / 57344; what is beyond 3 is cut.
    np.testing.assert_allclose(slopes, [1.125, 3.0, -3.0, 0.0], rtol=0.05)
    np.testing.assert_array_equal(after.history, [7.0, 3.0])
    np.testing.assert_allclose(after.scale, [3.0 / 57344], rtol=1e-6)


@pytest.mark.parametrize("dtype", [jnp.bfloat16, jnp.float16])
def test_half_precision_stays_half_precision(dtype):
    values = jnp.array([0.25, -1.0], dtype)

    rounded = rounded_to(values, scaling(1.0), jnp.float8_e5m2)

    assert rounded.dtype == dtype
    np.testing.assert_allclose(np.float32(rounded), [0.25, -1.0], rtol=1e-2)

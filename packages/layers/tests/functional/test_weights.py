from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers.errors import AxisError
from ramie.layers.functional import power_iteration, weight_norm


def array(*shape, seed=0):
    values = np.random.default_rng(seed).normal(size=shape)
    return jnp.asarray(values, jnp.float32)


def one_step(matrix, u, epsilon):
    v = u @ matrix.T
    v = v / np.sqrt((v**2).sum() + epsilon)
    u = v @ matrix
    u = u / np.sqrt((u**2).sum() + epsilon)
    return u, (v @ matrix @ u.T).item()


def test_half_precision_neither_overflows_nor_divides_by_zero():
    great, nothing = (np.full((4, 3), x, np.float16) for x in (300.0, 0.0))
    u = np.ones((1, 3), np.float16)
    norm, iterate = jax.jit(weight_norm), jax.jit(power_iteration)

    assert_half(norm(great), 0.5)
    assert_half(norm(nothing), 0.0)
    assert_half(iterate(great, u)[1], 300 * np.sqrt(12))
    assert_half(iterate(nothing, u)[1], 0.0)


def assert_half(array, expected):
    assert array.dtype == jnp.float16
    np.testing.assert_allclose(array, expected, rtol=2e-3)


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("epsilon", [1e-12, 0.5])
@pytest.mark.parametrize("shape", [(4, 3), (2, 2, 5, 3)])
def test_each_step_applies_the_matrix_both_ways(shape, steps, epsilon):
    kernel, u = array(*shape), array(1, 3, seed=1)

    run = jax.jit(partial(power_iteration, steps=steps, epsilon=epsilon))
    vector, sigma = run(kernel, u)

    expected, matrix = np.asarray(u), np.asarray(kernel).reshape(-1, 3)
    for _ in range(steps):
        expected, value = one_step(matrix, expected, epsilon)
    np.testing.assert_allclose(vector, expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(sigma, value, rtol=1e-4)


def test_many_steps_find_the_largest_singular_value_and_its_vector():
    kernel = array(6, 4)

    vector, sigma = power_iteration(kernel, array(1, 4, seed=1), steps=100)

    _, values, right = np.linalg.svd(np.asarray(kernel))
    np.testing.assert_allclose(sigma, values[0], rtol=1e-4)
    np.testing.assert_allclose(abs(vector @ right[0]), 1, rtol=1e-4)


def test_singular_vectors_count_as_constants_in_derivatives():
    kernel, u = array(4, 3), array(1, 3, seed=1)

    @jax.jit
    def slopes(kernel):
        return jax.jacrev(
            lambda kernel: [each.sum() for each in power_iteration(kernel, u)]
        )(kernel)

    through, slope = slopes(kernel)

    matrix = np.asarray(kernel)
    right, _ = one_step(matrix, np.asarray(u), 1e-12)
    left = np.asarray(u) @ matrix.T
    left = left / np.linalg.norm(left)
    np.testing.assert_allclose(slope, left.T @ right, rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(through, np.zeros((4, 3)))


def test_a_kernel_of_zeros_has_finite_estimates():
    vector, sigma = power_iteration(jnp.zeros((3, 2)), jnp.ones((1, 2)), steps=2)

    assert sigma == 0
    np.testing.assert_array_equal(vector, [[0, 0]])


def test_the_wider_precision_of_kernel_and_estimate_is_kept():
    kernel = array(3, 2).astype(jnp.bfloat16)

    vector, sigma = power_iteration(kernel, jnp.ones((1, 2)))
    scaled = weight_norm(kernel, jnp.ones(2))

    assert vector.dtype == sigma.dtype == scaled.dtype == jnp.float32
    assert weight_norm(kernel).dtype == jnp.bfloat16


@pytest.mark.parametrize(
    ("feature_axes", "reduced", "sizes"),
    [
        (-1, (0, 1), (4,)),
        (0, (1, 2), (2,)),
        ((0, -1), (1,), (2, 4)),
        ((-1, 0), (1,), (2, 4)),
        ([1], (0, 2), (3,)),
        ((), (0, 1, 2), ()),
        ((0, 1, 2), (), (2, 3, 4)),
    ],
)
@pytest.mark.parametrize("epsilon", [1e-12, 0.5])
def test_lengths_are_taken_over_all_axes_but_those_of_features(
    feature_axes, reduced, sizes, epsilon
):
    kernel, scale = array(2, 3, 4), array(*sizes, seed=1)
    norm = partial(weight_norm, feature_axes=feature_axes, epsilon=epsilon)

    plain, scaled = jax.jit(lambda v, g: (norm(v), norm(v, g)))(kernel, scale)

    v = np.asarray(kernel)
    expected = v / np.sqrt((v**2).sum(reduced, keepdims=True) + epsilon)
    factor = np.expand_dims(np.asarray(scale), reduced)
    np.testing.assert_allclose(plain, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(scaled, expected * factor, rtol=1e-5, atol=1e-6)


def test_the_length_of_complex_weights_is_a_real_number():
    normed = weight_norm(jnp.array([[3j], [4.0]]))

    np.testing.assert_allclose(normed, [[0.6j], [0.8]], rtol=1e-6)


def test_weights_of_zero_stay_zero_with_a_finite_gradient():
    slope = jax.jit(jax.grad(lambda kernel: weight_norm(kernel).sum()))(
        jnp.zeros((3, 2))
    )

    np.testing.assert_array_equal(weight_norm(jnp.zeros((3, 2))), np.zeros((3, 2)))
    assert np.isfinite(slope).all()


def test_an_axis_that_does_not_exist_is_refused():
    with pytest.raises(AxisError, match="weight_norm: axis 2 does not exist"):
        weight_norm(jnp.ones((2, 3)), feature_axes=(0, 2))

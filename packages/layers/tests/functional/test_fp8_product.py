from functools import cache

import jax
import jax.numpy as jnp
import numpy as np

from ramie.layers.functional import Fp8Scaling, fp8_dot_general, fp8_round

RNG = np.random.default_rng(0)
LHS = jnp.asarray(RNG.normal(size=(3, 4, 2, 5)).astype("f4"))
RHS = jnp.asarray(RNG.normal(size=(2, 6, 3, 4)).astype("f4"))
# Two axes are summed, in another order than they have in the second operand.
AXES = (((1, 2), (3, 0)), ((0,), (2,)))
SCALINGS = (
    Fp8Scaling(jnp.ones(1), jnp.array([2.0, 3.0])),
    Fp8Scaling(jnp.ones(1), jnp.array([4.0, 1.0])),
    Fp8Scaling(jnp.ones(1), jnp.array([1.0, 2.0])),
)
SLOPES = jnp.asarray(RNG.normal(size=(3, 5, 6)).astype("f4"))


@cache
def product():
    """The product, and the gradients of operands and scalings."""

    @jax.jit
    def run(slopes):
        out, back = jax.vjp(
            lambda a, b, s: fp8_dot_general(a, b, AXES, s), LHS, RHS, SCALINGS
        )
        return out, *back(slopes)

    return run(SLOPES)


def test_rounded_numbers_are_multiplied_forwards_and_backwards():
    @jax.jit
    def full(slopes):
        operands = [fp8_round(x, s) for x, s in zip((LHS, RHS), SCALINGS, strict=False)]
        out, back = jax.vjp(lambda a, b: jax.lax.dot_general(a, b, AXES), *operands)
        return out, *back(fp8_round(slopes, SCALINGS[2], jnp.float8_e5m2))

    for our, other in zip(product(), full(SLOPES), strict=False):
        assert our.shape == other.shape
        np.testing.assert_allclose(our, other, rtol=1e-5, atol=1e-4)


def test_the_gradients_of_scalings_are_the_next_ones():
    after = product()[-1]

    largest = [np.abs(values).max() for values in (LHS, RHS, SLOPES)]
    scales = [3.0 / 448, 4.0 / 448, 2.0 / 57344]
    np.testing.assert_array_equal([each.history[0] for each in after], largest)
    np.testing.assert_allclose([each.scale[0] for each in after], scales, rtol=1e-6)


MATRICES = (((1,), (0,)), ((), ()))
SCALING = Fp8Scaling(jnp.ones(1), jnp.ones(1))


def test_the_result_has_the_dtype_asked_for_and_gradients_that_of_the_operands():
    def loss(a, b):
        out = fp8_dot_general(
            a, b, MATRICES, (SCALING,) * 3, preferred_element_type=jnp.float32
        )
        assert out.dtype == jnp.float32
        return out.sum()

    operand = jax.ShapeDtypeStruct((2, 2), jnp.bfloat16)

    slopes = jax.eval_shape(jax.grad(loss, argnums=(0, 1)), operand, operand)

    assert [each.dtype for each in slopes] == [jnp.bfloat16, jnp.bfloat16]


def test_sums_in_float16_do_not_overflow():
    ones = jnp.ones((1, 8), jnp.float16)

    out = fp8_dot_general(ones, ones.T, MATRICES, (SCALING,) * 3)

    assert (out.dtype, float(out[0, 0])) == (jnp.float16, 8.0)


def test_other_formats_are_taken():
    values = jnp.array([[1.1]])
    scaling = Fp8Scaling(jnp.ones(1), jnp.zeros(1))

    out = fp8_dot_general(
        values, values, MATRICES, (scaling,) * 3, dtype=jnp.float8_e5m2
    )

    np.testing.assert_array_equal(out, [[1.0]])

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax import lax

from ramie.layers.errors import FeatureCountError, InputRankError
from ramie.layers.functional import linear


@settings(deadline=None, max_examples=10)
@given(
    batch=st.lists(st.integers(0, 3), max_size=3),
    features=st.tuples(st.integers(1, 4), st.integers(1, 4)),
)
def test_linear_is_a_product_of_matrices_over_any_batch_axes(batch, features):
    random = np.random.default_rng(0)
    inputs = random.normal(size=(*batch, features[0])).astype(np.float32)
    kernel = random.normal(size=features).astype(np.float32)
    bias = random.normal(size=features[1]).astype(np.float32)

    outputs = linear(jnp.asarray(inputs), jnp.asarray(kernel), jnp.asarray(bias))

    np.testing.assert_allclose(outputs, inputs @ kernel + bias, rtol=1e-4, atol=1e-5)


def test_a_stand_in_is_asked_for_the_product_with_all_settings():
    asked = {}

    def stand_in(lhs, rhs, dimension_numbers, **options):
        asked.update(options, dimension_numbers=dimension_numbers)
        return lax.dot_general(lhs, rhs, dimension_numbers)

    linear(
        jnp.ones((5, 2, 3)),
        jnp.ones((3, 4)),
        dot_general=stand_in,
        precision="highest",
        preferred_element_type=jnp.float32,
    )

    assert asked == {
        "dimension_numbers": (((2,), (0,)), ((), ())),
        "precision": "highest",
        "preferred_element_type": jnp.float32,
        "out_sharding": None,
    }


def test_a_stand_in_need_not_know_of_accumulation_dtypes():
    def stand_in(lhs, rhs, dimension_numbers, *, precision, out_sharding):
        return lax.dot_general(lhs, rhs, dimension_numbers)

    outputs = linear(jnp.ones((2, 3)), jnp.ones((3, 4)), dot_general=stand_in)

    assert outputs.shape == (2, 4)


def test_products_accumulate_in_the_preferred_dtype():
    ones = jnp.ones((1, 1000), jnp.bfloat16)
    kernel = jnp.full((1000, 1), 1 + 2**-7, jnp.bfloat16)

    outputs = linear(ones, kernel, preferred_element_type=jnp.float32)

    np.testing.assert_array_equal(outputs, [[1000 * (1 + 2**-7)]])


def test_a_wrong_number_of_features_is_refused_with_both_ways_out():
    with pytest.raises(FeatureCountError, match="Pass inputs with 3 features") as error:
        linear(jnp.ones((2, 4)), jnp.ones((3, 5)))

    assert (error.value.expected, error.value.given) == (3, 4)
    assert "build the layer for 4" in str(error.value)


def test_a_scalar_has_no_features():
    with pytest.raises(InputRankError, match="expand_dims"):
        linear(jnp.float32(1), jnp.ones((1, 1)))


def test_gradients_are_those_of_a_product():
    inputs, kernel = jnp.array([[1.0, 2.0]]), jnp.array([[3.0], [4.0]])

    towards = jax.grad(lambda kernel: linear(inputs, kernel).sum())(kernel)

    np.testing.assert_array_equal(towards, [[1], [2]])

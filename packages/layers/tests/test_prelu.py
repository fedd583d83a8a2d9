import jax.numpy as jnp
import numpy as np
import pytest

from ramie import graph
from ramie.layers import PReLU
from ramie.layers.errors import InputDtypeError
from ramie.variables import Param

INPUTS = jnp.array([[-2.0, -4.0], [0.0, 3.0]])


@pytest.mark.parametrize("slope", [0.25, [0.25, 0.5]])
def test_negative_elements_are_multiplied_by_the_slope(slope):
    outputs = PReLU(jnp.array(slope))(INPUTS)

    expected = np.where(INPUTS < 0, np.multiply(INPUTS, slope), INPUTS)
    np.testing.assert_array_equal(outputs, expected)


def test_the_slope_is_its_only_parameter():
    ((path, slope),) = graph.state(PReLU(), Param).flat_state()

    assert path == ("negative_slope",)
    np.testing.assert_array_equal(slope[...], np.float32(0.01))


def test_the_slope_follows_the_dtype_of_the_inputs():
    assert PReLU()(INPUTS.astype(jnp.bfloat16)).dtype == jnp.bfloat16


def test_a_chosen_dtype_counts_more():
    layer = PReLU(0.25, dtype=jnp.float16, param_dtype=jnp.bfloat16)

    assert layer.negative_slope.dtype == jnp.bfloat16
    assert layer(INPUTS).dtype == jnp.float16


def test_integers_need_a_dtype_to_compute_in():
    whole = INPUTS.astype(jnp.int32)

    with pytest.raises(InputDtypeError, match="floating"):
        PReLU(0.25)(whole)

    computed = PReLU(0.25, dtype=jnp.float32)(whole)
    np.testing.assert_array_equal(computed, PReLU(0.25)(INPUTS))


def test_promotion_can_be_replaced():
    def doubled(args, /, *, dtype=None, inexact=True):
        inputs, slope = args
        return inputs, 2 * slope

    np.testing.assert_array_equal(
        PReLU(0.25, promote_dtype=doubled)(INPUTS), PReLU(0.5)(INPUTS)
    )


def test_metadata_reaches_the_variable():
    layer = PReLU(negative_slope_metadata={"role": "slope"})

    assert layer.negative_slope.role == "slope"

import jax.numpy as jnp
import numpy as np

from ramie.layers.functional._bias import add_bias


def test_each_feature_gets_its_own_number():
    outputs = add_bias(jnp.zeros((2, 2, 3)), jnp.array([1.0, 2.0, 3.0]))

    np.testing.assert_array_equal(outputs, np.tile([1, 2, 3], (2, 2, 1)))


def test_no_bias_leaves_the_outputs_alone():
    outputs = jnp.ones((2, 3))

    assert add_bias(outputs, None) is outputs


def test_the_wider_dtype_of_both_wins():
    outputs = add_bias(jnp.zeros((2, 3), jnp.bfloat16), jnp.ones(3))

    assert outputs.dtype == jnp.float32

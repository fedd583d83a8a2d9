import jax
import jax.numpy as jnp
import numpy as np

from ramie import linen as nn

KEY = jax.random.key(0)


def test_a_step_convolves_inputs_and_carry():
    cell, x = nn.ConvLSTMCell(2, (3,)), jnp.ones((1, 4, 3))
    carry = cell.initialize_carry(KEY, x.shape)
    ((_, h), y), variables = cell.init_with_output(KEY, carry, x)
    params = variables["params"]
    assert params["ih"]["kernel"].shape == (3, 3, 8)
    assert params["hh"]["kernel"].shape == (3, 2, 8)
    np.testing.assert_array_equal(h, y)
    assert y.shape == (1, 4, 2)


def test_spatial_axes_belong_to_the_features():
    assert nn.ConvLSTMCell(2, (3, 3)).num_feature_axes == 3

import jax
import jax.numpy as jnp
import numpy as np

from ramie import linen as nn

X = jnp.array([-2.0, 3.0])


def test_the_slope_is_learned():
    y = nn.PReLU().apply({"params": {"negative_slope": jnp.float32(0.5)}}, X)
    np.testing.assert_array_equal(y, [-1.0, 3.0])


def test_the_first_slope_and_its_dtype_are_settings():
    layer = nn.PReLU(param_dtype=jnp.float16, negative_slope_init=0.25)
    slope = layer.init(jax.random.key(0), X)["params"]["negative_slope"]
    assert (slope.dtype, float(slope)) == (jnp.float16, 0.25)

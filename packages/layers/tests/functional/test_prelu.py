import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers.errors import InputDtypeError
from ramie.layers.functional import prelu


@pytest.mark.parametrize("slope", [0.25, [0.25, 0.5]])
def test_negative_elements_are_multiplied(slope):
    inputs = jnp.array([[-2.0, -4.0], [0.0, 3.0]])

    outputs = prelu(inputs, jnp.array(slope))

    factor = np.where(np.asarray(inputs) < 0, slope, 1)
    np.testing.assert_array_equal(outputs, inputs * factor)


def test_the_slope_has_the_gradient_of_what_it_multiplied():
    inputs = jnp.array([-2.0, -4.0, 3.0])

    assert jax.grad(lambda slope: prelu(inputs, slope).sum())(jnp.array(0.1)) == -6


def test_integers_are_refused():
    with pytest.raises(InputDtypeError, match="floating"):
        prelu(jnp.array([-1, 2]), jnp.array(0, jnp.int32))

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers import SimpleCell
from ramie.layers.errors import FeatureCountError, RngsTypeError, SizeError
from ramie.module import Rngs


@pytest.mark.parametrize("residual", [False, True])
def test_a_step_bounds_the_sum_of_both_maps(residual):
    cell = SimpleCell(
        3, 4, residual=residual, bias_init=jax.nn.initializers.ones, rngs=Rngs(0)
    )
    h, x = jnp.full((2, 4), 0.5), jnp.arange(6.0).reshape(2, 3)

    carry, outputs = cell(h, x)

    total = np.asarray(x) @ np.asarray(cell.dense_i.kernel[...]) + 1
    total += np.asarray(h) @ np.asarray(cell.dense_h.kernel[...]) + residual * 0.5
    np.testing.assert_allclose(outputs, np.tanh(total), rtol=1e-5, atol=1e-6)
    assert carry is outputs
    assert cell.dense_h.bias is None


def test_what_does_not_fit_is_refused():
    with pytest.raises(RngsTypeError, match="SimpleCell: rngs must be an Rngs"):
        SimpleCell(3, 4, rngs=0)
    with pytest.raises(SizeError, match="SimpleCell: in_features"):
        SimpleCell(-3, 4, rngs=Rngs(0))
    with pytest.raises(SizeError, match="SimpleCell: hidden_features"):
        SimpleCell(3, 4.0, rngs=Rngs(0))
    with pytest.raises(FeatureCountError, match="hold 3"):
        SimpleCell(3, 4, rngs=Rngs(0))(jnp.ones(4), jnp.ones(5))

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers import GRUCell
from ramie.layers.errors import FeatureCountError, RngsTypeError, SizeError
from ramie.module import Rngs


def logistic(x):
    return 1 / (1 + np.exp(-x))


def test_columns_belong_to_reset_update_and_candidate():
    cell = GRUCell(3, 4, bias_init=jax.nn.initializers.normal(), rngs=Rngs(0))
    h, x = np.full((2, 4), 0.5), np.arange(6.0).reshape(2, 3) / 4

    carry, outputs = cell(jnp.asarray(h, jnp.float32), jnp.asarray(x, jnp.float32))

    bias = np.asarray(cell.dense_i.bias[...])
    from_x = x @ np.asarray(cell.dense_i.kernel[...]) + bias
    xr, xz, xn = np.split(from_x, 3, axis=-1)
    hr, hz, hn = np.split(h @ np.asarray(cell.dense_h.kernel[...]), 3, axis=-1)
    r, z = logistic(xr + hr), logistic(xz + hz)
    expected = (1 - z) * np.tanh(xn + r * hn) + z * h
    np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-6)
    assert carry is outputs
    assert cell.dense_h.bias is None


def test_what_does_not_fit_is_refused():
    with pytest.raises(RngsTypeError, match="GRUCell: rngs must be an Rngs"):
        GRUCell(3, 4, rngs=None)
    with pytest.raises(SizeError, match="GRUCell: in_features"):
        GRUCell("3", 4, rngs=Rngs(0))
    with pytest.raises(SizeError, match="GRUCell: hidden_features"):
        GRUCell(3, -1, rngs=Rngs(0))
    with pytest.raises(FeatureCountError, match="hold 4"):
        GRUCell(3, 4, rngs=Rngs(0))(jnp.ones(5), jnp.ones(3))

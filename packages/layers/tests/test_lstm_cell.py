import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers import LSTMCell
from ramie.layers.errors import FeatureCountError, RngsTypeError, SizeError
from ramie.module import Rngs


def logistic(x):
    return 1 / (1 + np.exp(-x))


def test_each_gate_has_a_map_of_the_inputs_and_one_of_the_outputs():
    cell = LSTMCell(3, 4, bias_init=jax.nn.initializers.normal(), rngs=Rngs(0))
    c, h, x = np.full((2, 4), 0.5), np.full((2, 4), -0.5), np.ones((2, 3))
    carry = (jnp.asarray(c, jnp.float32), jnp.asarray(h, jnp.float32))

    (memory, hidden), outputs = cell(carry, jnp.asarray(x, jnp.float32))

    def total(of_inputs, of_hidden):
        assert of_inputs.bias is None
        sums = x @ np.asarray(of_inputs.kernel[...])
        sums += h @ np.asarray(of_hidden.kernel[...])
        return sums + np.asarray(of_hidden.bias[...])

    i, f = total(cell.ii, cell.hi), total(cell.if_, cell.hf)
    g, o = total(cell.ig, cell.hg), total(cell.io, cell.ho)
    expected = logistic(f) * c + logistic(i) * np.tanh(g)
    np.testing.assert_allclose(memory, expected, rtol=1e-5, atol=1e-6)
    shown = logistic(o) * np.tanh(expected)
    np.testing.assert_allclose(outputs, shown, rtol=1e-5, atol=1e-6)
    assert hidden is outputs


def test_what_does_not_fit_is_refused():
    with pytest.raises(RngsTypeError, match="LSTMCell: rngs must be an Rngs"):
        LSTMCell(3, 4, rngs=0)
    with pytest.raises(SizeError, match="LSTMCell: in_features"):
        LSTMCell(-1, 4, rngs=Rngs(0))
    with pytest.raises(SizeError, match="LSTMCell: hidden_features"):
        LSTMCell(3, None, rngs=Rngs(0))
    with pytest.raises(FeatureCountError, match="hold 3"):
        LSTMCell(3, 4, rngs=Rngs(0))((jnp.ones(4), jnp.ones(4)), jnp.ones(4))

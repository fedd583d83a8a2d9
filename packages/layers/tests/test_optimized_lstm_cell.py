import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers import LSTMCell, OptimizedLSTMCell
from ramie.layers.errors import FeatureCountError, RngsTypeError, SizeError
from ramie.module import Rngs


def test_the_maps_of_all_gates_side_by_side_compute_the_same():
    plain = LSTMCell(3, 4, bias_init=jax.nn.initializers.normal(), rngs=Rngs(0))
    cell = OptimizedLSTMCell(3, 4, rngs=Rngs(1))

    def joined(name, maps):
        values = [getattr(each, name).get_value() for each in maps]
        return jnp.concatenate(values, axis=-1)

    hidden = (plain.hi, plain.hf, plain.hg, plain.ho)
    inputs = (plain.ii, plain.if_, plain.ig, plain.io)
    cell.dense_i.kernel.set_value(joined("kernel", inputs))
    cell.dense_h.kernel.set_value(joined("kernel", hidden))
    cell.dense_h.bias.set_value(joined("bias", hidden))
    carry, x = (jnp.full((2, 4), 0.5), jnp.full((2, 4), -0.5)), jnp.ones((2, 3))

    (memory, shown), outputs = cell(carry, x)

    (expected, _), expected_outputs = plain(carry, x)
    np.testing.assert_allclose(memory, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(outputs, expected_outputs, rtol=1e-5, atol=1e-6)
    assert shown is outputs
    assert cell.dense_i.bias is None


def test_what_does_not_fit_is_refused():
    place = "OptimizedLSTMCell"
    with pytest.raises(RngsTypeError, match=f"{place}: rngs must be an Rngs"):
        OptimizedLSTMCell(3, 4, rngs=0)
    with pytest.raises(SizeError, match=f"{place}: in_features"):
        OptimizedLSTMCell(-1, 4, rngs=Rngs(0))
    with pytest.raises(SizeError, match=f"{place}: hidden_features"):
        OptimizedLSTMCell(3, 2.0, rngs=Rngs(0))
    with pytest.raises(FeatureCountError, match="hold 3"):
        OptimizedLSTMCell(3, 4, rngs=Rngs(0))((jnp.ones(4),) * 2, jnp.ones(4))

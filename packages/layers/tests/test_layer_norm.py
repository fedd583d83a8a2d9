import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramie import graph
from ramie.layers import LayerNorm
from ramie.layers.errors import FeatureCountError, RngsTypeError
from ramie.module import Rngs


@settings(deadline=None, max_examples=8)
@given(
    scale=st.floats(0.125, 32, width=32),
    shift=st.floats(-32, 32, width=32),
    seed=st.integers(0, 9),
)
def test_every_example_gets_mean_0_and_variance_1(scale, shift, seed):
    inputs = (
        jnp.asarray(np.random.default_rng(seed).normal(size=(3, 5, 16)), jnp.float32)
        * scale
        + shift
    )

    outputs = LayerNorm(16, use_fast_variance=False, rngs=Rngs(0))(inputs)

    np.testing.assert_allclose(outputs.mean(-1), 0, atol=2e-3)
    np.testing.assert_allclose(outputs.var(-1), 1, rtol=2e-3)


def test_examples_do_not_see_each_other():
    layer = LayerNorm(4, rngs=Rngs(0))
    inputs = jnp.asarray(np.random.default_rng(0).normal(size=(3, 4)), jnp.float32)

    together = layer(inputs)

    np.testing.assert_allclose(together[1], layer(inputs[1]), rtol=1e-6)


def test_scale_and_bias_apply_by_feature():
    layer = LayerNorm(
        3,
        scale_init=lambda *_: jnp.arange(3.0),
        bias_init=lambda *_: jnp.full(3, 7.0),
        rngs=Rngs(0),
    )

    outputs = layer(jnp.array([[-1.0, 0.0, 1.0]]))

    np.testing.assert_allclose(outputs, [[7, 7, 7 + 2 * 1.5**0.5]], rtol=1e-5)


def test_features_may_spread_over_axes():
    layer = LayerNorm(6, reduction_axes=[1, 2], feature_axes=[1, 2], rngs=Rngs(0))

    outputs = layer(
        jnp.asarray(np.random.default_rng(0).normal(size=(5, 2, 3)), jnp.float32)
    )

    np.testing.assert_allclose(outputs.mean((1, 2)), 0, atol=1e-5)
    assert isinstance(hash(graph.graphdef(layer)), int)


def test_masked_elements_do_not_count():
    layer = LayerNorm(3, use_scale=False, use_bias=False, rngs=Rngs(0))

    outputs = layer(jnp.array([[1.0, 3.0, 99.0]]), mask=jnp.array([True, True, False]))

    np.testing.assert_allclose(outputs[0, :2], [-1, 1], rtol=1e-5)


def test_statistics_alone_need_no_parameters():
    layer = LayerNorm(4, use_scale=False, use_bias=False, rngs=Rngs(0))

    assert layer.scale is None
    assert layer.bias is None
    assert len(graph.state(layer).flat_state()) == 0


def test_half_precision_stays_half_precision():
    layer = LayerNorm(4, param_dtype=jnp.bfloat16, rngs=Rngs(0))

    assert layer(jnp.ones((2, 4), jnp.bfloat16)).dtype == jnp.bfloat16


def test_a_wrong_number_of_features_is_refused():
    with pytest.raises(FeatureCountError, match="LayerNorm: axis 1 must hold 4"):
        LayerNorm(4, rngs=Rngs(0))(jnp.ones((2, 5)))


def test_anything_but_streams_is_refused():
    with pytest.raises(RngsTypeError, match="LayerNorm: rngs must be an Rngs"):
        LayerNorm(4, rngs=None)

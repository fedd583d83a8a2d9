import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramie import graph
from ramie.layers import BatchNorm
from ramie.layers.errors import (
    AxisError,
    FeatureCountError,
    ModeNotSetError,
    RngsTypeError,
    StatisticsMaskError,
)
from ramie.module import Rngs
from ramie.variables import BatchStat, Param


def batch(seed=0, shape=(16, 4)):
    return (
        jnp.asarray(np.random.default_rng(seed).normal(size=shape), jnp.float32) * 3 + 2
    )


def test_training_normalizes_by_the_batch():
    outputs = BatchNorm(4, rngs=Rngs(0))(batch(shape=(8, 5, 4)))

    np.testing.assert_allclose(outputs.mean((0, 1)), 0, atol=1e-5)
    np.testing.assert_allclose(outputs.var((0, 1)), 1, rtol=1e-4)


@settings(deadline=None, max_examples=8)
@given(momentum=st.floats(0, 1, width=32), calls=st.integers(1, 4))
def test_running_averages_forget_at_the_rate_of_the_momentum(momentum, calls):
    layer = BatchNorm(4, momentum=momentum, rngs=Rngs(0))
    mean, variance = np.zeros(4), np.ones(4)

    for seed in range(calls):
        data = batch(seed)
        layer(data)
        mean = momentum * mean + (1 - momentum) * np.asarray(data).mean(0)
        variance = momentum * variance + (1 - momentum) * np.asarray(data).var(0)

    np.testing.assert_allclose(layer.mean.value, mean, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(layer.var.value, variance, rtol=1e-4, atol=1e-5)


def test_evaluation_uses_the_running_averages_and_changes_nothing():
    layer = BatchNorm(2, use_running_average=True, epsilon=0.0, rngs=Rngs(0))
    layer.mean.value, layer.var.value = jnp.array([1.0, 2.0]), jnp.array([4.0, 1.0])

    outputs = layer(jnp.array([[3.0, 5.0]]))

    np.testing.assert_allclose(outputs, [[1, 3]], rtol=1e-6)
    assert layer.mean.value.tolist() == [1, 2]
    assert layer.var.value.tolist() == [4, 1]


def test_the_call_overrides_the_mode_of_the_layer():
    layer = BatchNorm(4, rngs=Rngs(0))

    layer(batch(), use_running_average=True)

    assert (layer.mean.value == 0).all()


@pytest.mark.parametrize("switch", ["eval", "set_view"])
def test_models_switch_the_mode(switch):
    layer = BatchNorm(4, rngs=Rngs(0))

    if switch == "eval":
        layer.eval()
    else:
        layer.set_view(use_running_average=True)
        layer.set_view()

    assert layer.use_running_average is True


def test_scale_and_bias_are_parameters_and_averages_are_not():
    layer = BatchNorm(4, rngs=Rngs(0))

    parameters = [path for path, _ in graph.state(layer, Param).flat_state()]
    statistics = [path for path, _ in graph.state(layer, BatchStat).flat_state()]

    assert parameters == [("bias",), ("scale",)]
    assert statistics == [("mean",), ("var",)]


@pytest.mark.parametrize("axis", [1, -2])
def test_any_axis_can_hold_the_features(axis):
    layer = BatchNorm(3, axis=axis, rngs=Rngs(0))

    outputs = layer(batch(shape=(5, 3, 4)))

    np.testing.assert_allclose(outputs.mean((0, 2)), 0, atol=1e-5)


def test_masked_elements_do_not_count():
    data = batch().at[8:].set(1e6)
    mask = (jnp.arange(16) < 8)[:, None]
    masked, short = BatchNorm(4, rngs=Rngs(0)), BatchNorm(4, rngs=Rngs(0))

    outputs = masked(data, mask=mask)

    np.testing.assert_allclose(outputs[:8], short(data[:8]), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(masked.mean.value, short.mean.value, rtol=1e-5)


def test_averages_stay_in_single_precision():
    layer = BatchNorm(4, dtype=jnp.bfloat16, param_dtype=jnp.bfloat16, rngs=Rngs(0))

    outputs = layer(batch().astype(jnp.bfloat16))

    assert outputs.dtype == layer.scale.value.dtype == jnp.bfloat16
    assert layer.mean.value.dtype == layer.var.value.dtype == jnp.float32


def test_slices_of_a_mapped_axis_share_their_statistics():
    data = batch()
    whole = BatchNorm(4, rngs=Rngs(0))

    def one(part):
        return BatchNorm(4, axis_name="devices", rngs=Rngs(0))(part)

    outputs = jax.vmap(one, axis_name="devices")(data.reshape(2, 8, 4))

    np.testing.assert_allclose(
        outputs.reshape(16, 4), whole(data), rtol=1e-4, atol=1e-5
    )


def test_a_mode_must_be_set_somewhere():
    layer = BatchNorm(4, use_running_average=None, rngs=Rngs(0))

    with pytest.raises(ModeNotSetError, match="use_running_average=True or False"):
        layer(batch())


@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("evaluate", [True, False])
def test_a_wrong_number_of_features_is_refused_and_changes_nothing(affine, evaluate):
    layer = BatchNorm(4, use_bias=affine, use_scale=affine, rngs=Rngs(0))

    with pytest.raises(FeatureCountError, match="BatchNorm: axis 1 must hold 4"):
        layer(jnp.ones((2, 1)), use_running_average=evaluate)

    assert layer.mean.value.tolist() == [0] * 4


def test_a_wrong_mask_is_refused_and_changes_nothing():
    layer = BatchNorm(4, rngs=Rngs(0))

    with pytest.raises(StatisticsMaskError, match="boolean mask"):
        layer(batch(), mask=jnp.ones((3, 1), bool))

    assert layer.mean.value.tolist() == [0] * 4


def test_a_missing_feature_axis_is_refused():
    with pytest.raises(AxisError, match="BatchNorm: axis 3"):
        BatchNorm(4, axis=3, rngs=Rngs(0))(batch())


def test_anything_but_streams_is_refused():
    with pytest.raises(RngsTypeError, match="BatchNorm: rngs must be an Rngs"):
        BatchNorm(4, rngs=None)

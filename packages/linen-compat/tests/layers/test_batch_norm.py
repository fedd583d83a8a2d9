import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn
from ramie.linen.errors import ModifyScopeVariableError

KEY = jax.random.key(0)
X = jnp.arange(24.0).reshape(4, 2, 3) ** 2 / 100


def test_init_makes_statistics_and_does_not_update_them():
    variables = nn.BatchNorm(use_running_average=False).init(KEY, X)
    np.testing.assert_array_equal(variables["batch_stats"]["mean"], np.zeros(3))
    np.testing.assert_array_equal(variables["batch_stats"]["var"], np.ones(3))
    assert {name: a.shape for name, a in variables["params"].items()} == {
        "scale": (3,),
        "bias": (3,),
    }


def test_training_normalizes_the_batch_and_moves_the_averages():
    layer = nn.BatchNorm(use_running_average=False, momentum=0.75)
    y, updates = layer.apply(layer.init(KEY, X), X, mutable=["batch_stats"])
    x = np.asarray(X)
    np.testing.assert_allclose(y.mean((0, 1)), np.zeros(3), atol=1e-6)
    np.testing.assert_allclose(y.std((0, 1)), np.ones(3), rtol=1e-3)
    stats = updates["batch_stats"]
    np.testing.assert_allclose(stats["mean"], 0.25 * x.mean((0, 1)), rtol=1e-5)
    np.testing.assert_allclose(stats["var"], 0.75 + 0.25 * x.var((0, 1)), rtol=1e-5)


def test_evaluation_uses_the_averages():
    layer = nn.BatchNorm(use_scale=False, use_bias=False, epsilon=0.0)
    stats = {"mean": jnp.ones(3), "var": jnp.full(3, 4.0)}
    y = layer.apply({"batch_stats": stats}, X, use_running_average=True)
    np.testing.assert_allclose(y, (np.asarray(X) - 1) / 2, rtol=1e-6)


def test_statistics_must_be_mutable_in_training():
    layer = nn.BatchNorm(use_running_average=False)
    with pytest.raises(ModifyScopeVariableError):
        layer.apply(layer.init(KEY, X), X)


def test_somebody_has_to_say_whether_to_evaluate():
    with pytest.raises(ValueError, match="use_running_average"):
        nn.BatchNorm().init(KEY, X)


def test_the_axis_of_features_can_be_another_one():
    layer = nn.BatchNorm(use_running_average=False, axis=1)
    assert layer.init(KEY, X)["params"]["scale"].shape == (2,)


def test_a_mask_selects_what_counts():
    mask = jnp.arange(4).reshape(4, 1, 1) < 2
    layer = nn.BatchNorm(use_running_average=False, momentum=0.0)
    _, updates = layer.apply(layer.init(KEY, X), X, mask=mask, mutable=["batch_stats"])
    expected = np.asarray(X)[:2].mean((0, 1))
    np.testing.assert_allclose(updates["batch_stats"]["mean"], expected, rtol=1e-5)


def test_statistics_have_the_dtype_of_parameters_if_they_need_not_be_wide():
    layer = nn.BatchNorm(
        use_running_average=False,
        param_dtype=jnp.float16,
        force_float32_reductions=False,
    )
    x = X.astype(jnp.float16)
    _, updates = layer.apply(layer.init(KEY, x), x, mutable=["batch_stats"])
    assert updates["batch_stats"]["mean"].dtype == jnp.float16


def test_devices_share_their_statistics():
    layer = nn.BatchNorm(
        use_running_average=False, use_scale=False, use_bias=False, axis_name="i"
    )
    variables = nn.BatchNorm(
        use_running_average=False, use_scale=False, use_bias=False
    ).init(KEY, X)
    y, _ = jax.vmap(
        lambda x: layer.apply(variables, x, mutable=["batch_stats"]), axis_name="i"
    )(X)
    np.testing.assert_allclose(y.mean((0, 1)), np.zeros(3), atol=1e-6)

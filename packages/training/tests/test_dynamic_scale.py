import sys

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from ramie import layers
from ramie.module import Rngs
from ramie.training import DynamicScale, Optimizer, OptState
from ramie.training.errors import MissingExtraError
from ramie.transforms import jit


def loss(x, y=3.0):
    return (x**2).sum() * y


def numbers(scale):
    return float(scale.scale.get_value()), int(scale.fin_steps.get_value())


def test_value_and_gradient_are_those_of_the_function():
    x = jnp.array([1.0, 2.0])

    scale, finite, value, gradient = DynamicScale().value_and_grad(loss)(x)

    assert float(value) == 15.0
    assert gradient.tolist() == [6.0, 12.0]
    assert bool(finite)
    assert type(scale.scale) is OptState


def test_it_grows_after_finite_steps():
    scale = DynamicScale(scale=8.0, growth_interval=2)

    found = []
    for _ in range(4):
        scale.grad(loss)(jnp.ones(2))
        found.append(numbers(scale))

    assert found == [(8.0, 1), (8.0, 2), (16.0, 0), (16.0, 1)]


def test_it_shrinks_after_one_that_is_not_finite():
    scale = DynamicScale(scale=1.0, fin_steps=3, minimum_scale=0.3)

    found = []
    for _ in range(3):
        result = scale.grad(loss)(jnp.array([jnp.nan, 1.0]))
        found.append(numbers(scale))

    assert not bool(result.finite)
    assert found == [(0.5, 0), (pytest.approx(0.3), 0), (pytest.approx(0.3), 0)]


def test_without_a_minimum_it_shrinks_on():
    scale = DynamicScale(scale=1e-38, minimum_scale=None)

    scale.grad(loss)(jnp.array([jnp.inf]))

    assert numbers(scale)[0] < 1e-38


def test_it_does_not_grow_beyond_float32():
    scale = DynamicScale(scale=2.0**127, growth_interval=0)

    scale.grad(lambda x: 1e-3 * x)(jnp.array(1.0))

    assert numbers(scale)[0] == float(np.finfo(np.float32).max)


def test_gradients_of_several_arguments_and_aux():
    compute = DynamicScale().value_and_grad(
        lambda x, y: (x * y, "aux"), argnums=(0, 1), has_aux=True
    )

    _, _, (value, aux), gradients = compute(jnp.array(2.0), jnp.array(3.0))

    assert (float(value), aux) == (6.0, "aux")
    assert [float(gradient) for gradient in gradients] == [3.0, 2.0]


def test_grad_returns_aux_alone():
    def with_aux(x):
        return loss(x), 7

    scale = DynamicScale()

    assert scale.grad(with_aux, has_aux=True)(jnp.ones(2)).aux == 7
    assert scale.grad(loss)(jnp.ones(2)).aux is None


def test_a_model_in_half_precision_skips_what_overflows():
    net = layers.Linear(2, 1, param_dtype=jnp.float16, rngs=Rngs(0))
    optimizer = Optimizer(net, optax.apply_if_finite(optax.sgd(0.1), 5))
    scale = DynamicScale(scale=1024.0)

    @jit
    def step(net, optimizer, scale, x):
        result = scale.value_and_grad(lambda net: (net(x) ** 2).mean())(net)
        optimizer.update(net, result.grad)
        return result.finite, result.grad

    start = net.kernel.get_value()
    finite, gradients = step(net, optimizer, scale, jnp.ones((1, 2), jnp.float16))
    after = net.kernel.get_value()
    infinite, _ = step(net, optimizer, scale, jnp.full((1, 2), jnp.inf, jnp.float16))

    assert (bool(finite), bool(infinite)) == (True, False)
    assert gradients.kernel.get_value().dtype == jnp.float32
    assert not np.array_equal(start, after)
    np.testing.assert_array_equal(net.kernel.get_value(), after)
    assert numbers(scale) == (512.0, 0)


def test_gradients_of_several_devices_are_averaged():
    def step(x):
        return DynamicScale().grad(loss, axis_name="batch")(x).grad

    found = jax.vmap(step, axis_name="batch")(jnp.array([1.0, 3.0]))

    assert found.tolist() == [12.0, 12.0]


def test_the_extra_is_named_where_transforms_are_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "ramie.transforms", None)

    with pytest.raises(MissingExtraError, match=r"ramie-training\[loss-scaling\]"):
        DynamicScale().grad(loss)

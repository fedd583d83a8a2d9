"""nn.grad, nn.vjp, nn.jvp and nn.custom_vjp, against derivatives by hand."""

import jax
import jax.numpy as jnp
import numpy as np

from ramie import linen as nn

KEY = jax.random.key(0)
X = jnp.array([1.0, 2.0])
PARAMS = {"params": {"w": jnp.array([3.0, 4.0])}}


class Outer(nn.Module):
    run: object

    @nn.compact
    def __call__(self, *args):
        return self.run(self, *args)


def weighted(module, x):
    w = module.param("w", nn.initializers.ones, x.shape)
    return (w * x**2).sum()


def test_grad_is_for_the_arguments():
    run = Outer(lambda module, x: nn.grad(weighted, module, x))
    (slope,) = run.apply(PARAMS, X)
    np.testing.assert_array_equal(slope, [6.0, 16.0])


def test_aux_comes_along():
    def pair(module, x):
        return weighted(module, x), x

    def run(module, x):
        return nn.value_and_grad(pair, module, x, has_aux=True)

    (y, aux), _ = Outer(run).apply(PARAMS, X)
    assert (float(y), aux.tolist()) == (19.0, [1.0, 2.0])
    grad = Outer(lambda m, x: nn.grad(pair, m, x, has_aux=True))
    assert len(grad.apply(PARAMS, X)) == 2


def test_vjp_is_for_parameters_and_arguments():
    def run(module, x, several):
        y, backward = nn.vjp(weighted, module, x, multi_scope=several)
        return y, backward(jnp.ones(()))

    _, (params, slope) = Outer(run).apply(PARAMS, X, False)
    np.testing.assert_array_equal(params["params"]["w"], [1.0, 4.0])
    np.testing.assert_array_equal(slope, [6.0, 16.0])
    _, ([listed], _) = Outer(run).apply(PARAMS, X, True)
    assert listed.keys() == {"params"}


def test_jvp_moves_parameters_and_arguments():
    def run(module, x):
        ones = {"params": {"w": jnp.ones(2)}}
        return nn.jvp(weighted, module, (x,), (jnp.zeros(2),), ones)

    y, tangent = Outer(run).apply(PARAMS, X)
    assert (float(y), float(tangent)) == (19.0, 5.0)


def test_custom_vjp_replaces_derivatives():
    def forward(module, scale, x):
        return nn.vjp(weighted, module, x)

    def backward(scale, pullback, cotangent):
        params, slope = pullback(cotangent)
        return jax.tree.map(lambda p: p * scale, params), -slope

    def run(module, x):
        fn = nn.custom_vjp(
            lambda module, _scale, x: weighted(module, x),
            forward,
            backward,
            nondiff_argnums=1,
        )
        return fn(module, 10.0, x)

    model = Outer(run)
    assert model.init(KEY, X)["params"]["w"].shape == (2,)
    grads = jax.grad(model.apply, (0, 1))(PARAMS, X)
    np.testing.assert_array_equal(grads[0]["params"]["w"], [10.0, 40.0])
    np.testing.assert_array_equal(grads[1], [-6.0, -16.0])

import jax
import jax.numpy as jnp
import numpy as np

from ramie import linen as nn
from ramie.linen.summary._flops import Cost

from .example_modules import KEY


class Matmul(nn.Module):
    @nn.compact
    def __call__(self, x, times=1, scale=None):
        kernel = self.param("kernel", nn.initializers.ones, (3, 5))
        y = x @ kernel
        return (y if scale is None else y * scale) * times


def cost_of(module, *args, **kwargs):
    variables = module.init(KEY, *args, **kwargs)
    bound = module.bind(variables, rngs={"params": KEY}, mutable=True)
    return Cost(bound, "__call__", args, kwargs)


def test_flops_are_those_of_the_call():
    cost = cost_of(Matmul(), jnp.ones((2, 3)))

    assert cost.flops() == 2 * (2 * 3 * 5)


def test_arguments_of_all_kinds_reach_the_call():
    cost = cost_of(Matmul(), np.ones((2, 3), np.float32), 2, scale=jnp.ones((2, 5)))

    assert cost.flops() == 2 * (2 * 3 * 5) + 2 * (2 * 5)


def test_a_gradient_costs_two_calls_more_and_a_sum_for_each_parameter():
    cost = cost_of(Matmul(), jnp.ones((2, 3)))
    product = 2 * (2 * 3 * 5)

    assert cost.vjp_flops() >= 3 * product + 3 * 5
    assert cost.vjp_flops() <= 3 * product + 3 * 5 + 4 * (2 * 5)


def test_what_a_call_stores_is_counted():
    class Stores(nn.Module):
        @nn.compact
        def __call__(self, x):
            mean = self.variable("stats", "mean", jnp.zeros, (3,))
            mean.value = 0.5 * mean.value
            return x

    assert cost_of(Stores(), jnp.ones(3)).flops() == 3


def test_keys_can_be_drawn():
    class Noise(nn.Module):
        def __call__(self, x):
            return x + jax.random.normal(self.make_rng(), x.shape)

    assert cost_of(Noise(), jnp.ones(3)).flops() > 3


def test_without_a_gradient_it_costs_nothing():
    class Integers(nn.Module):
        def __call__(self, x):
            return x + 1

    cost = cost_of(Integers(), jnp.arange(3))

    assert cost.flops() == 3
    assert cost.vjp_flops() == 0


def test_a_backend_need_not_know(monkeypatch):
    cost = cost_of(Matmul(), jnp.ones((2, 3)))
    lowered = type(jax.jit(lambda: 0).lower())

    monkeypatch.setattr(lowered, "cost_analysis", lambda _: None)

    assert cost.flops() == 0


def test_no_array_of_a_trace_is_kept():
    kept = []

    def run(x):
        kept.append(cost_of(Matmul(), x))
        return x

    jax.eval_shape(run, jnp.ones((2, 3)))

    assert kept[0].flops() > 0

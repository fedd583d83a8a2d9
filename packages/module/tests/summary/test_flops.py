import jax.numpy as jnp

from ramie.module import Module, Rngs
from ramie.module.summary._flops import Cost
from ramie.variables import Param


class Product(Module):
    def __init__(self):
        self.kernel = Param(jnp.ones((4, 3)))
        self.count = Param(jnp.int32(0))

    def __call__(self, x, *, scale):
        self.count.value = self.count.value + 1
        return {"y": x @ self.kernel * scale, "n": self.count, "text": "none"}


def test_a_product_costs_two_operations_for_each_pair():
    model = Product()

    cost = Cost(Product.__call__, model, (jnp.ones((1, 4)),), {"scale": 2.0})

    # 24 for the product, 3 for the scale, 1 for the count.
    assert cost.flops() == 28
    assert cost.vjp_flops() > 2 * 24
    assert int(model.count.value) == 0


def test_what_has_no_arithmetic_costs_nothing():
    class Same(Module):
        def __call__(self, x, rngs):
            return x, rngs

    cost = Cost(Same.__call__, Same(), (jnp.ones(2), Rngs(0)), {})

    assert (cost.flops(), cost.vjp_flops()) == (0, 0)

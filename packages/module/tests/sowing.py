"""Modules that record, for tests of what captures them."""

import jax.numpy as jnp

from ramie.module import Module
from ramie.variables import Intermediate, Param


class Layer(Module):
    def __call__(self, x):
        self.sow(Intermediate, "h", x)
        return 2 * x


class Net(Module):
    def __init__(self):
        self.first = Layer()
        self.rest = [Layer(), {"deep": Layer()}]
        self.w = Param(jnp.ones(()))

    def __call__(self, x):
        x = self.rest[1]["deep"](self.rest[0](self.first(x)))
        return self.first(x)

    def encode(self, x):
        return self.first(x)


NET = {
    "first": {"h": (1, 8)},
    "rest": {0: {"h": (2,)}, 1: {"deep": {"h": (4,)}}},
}


def call(net, x):
    return net(x)

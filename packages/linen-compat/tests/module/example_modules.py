"""Modules for tests of what modules do, with as little mathematics as there can be."""

from typing import Any

import jax
import jax.numpy as jnp

from ramie import linen as nn

KEY = jax.random.key(0)
X = jnp.ones(3)


class Dense(nn.Module):
    features: int = 2
    kernel_init: Any = nn.initializers.lecun_normal()

    @nn.compact
    def __call__(self, x):
        shape = (x.shape[-1], self.features)
        kernel = self.param("kernel", self.kernel_init, shape)
        return x @ kernel + self.param("bias", nn.initializers.zeros, shape[1:])


class Keys(nn.Module):
    """Draws a key for each of the names it is called with."""

    @nn.compact
    def __call__(self, *names):
        return [self.make_rng(name) for name in names]


class Chain(nn.Module):
    """Calls the layers that it is made with."""

    layers: Any

    @nn.compact
    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Two(nn.Module):
    """Has a layer from its setup, and makes one in its call."""

    def setup(self):
        self.first = Dense(3)

    @nn.compact
    def __call__(self, x):
        return Dense(2)(self.first(x))

    def encode(self, x):
        return self.first(x)


def shapes(tree):
    return jax.tree.map(jnp.shape, tree)


def names(variables, col="params"):
    return sorted(variables.get(col, {}))

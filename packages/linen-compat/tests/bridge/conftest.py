"""Small modules of both kinds."""

import jax
import jax.numpy as jnp
import pytest

from ramie import linen as nn
from ramie.layers import Dropout
from ramie.module import Module
from ramie.variables import BatchStat, Param, use_eager_sharding


class Affine(nn.Module):
    """A Linen module with two collections."""

    boxed: bool = False

    @nn.compact
    def __call__(self, x):
        init = jax.nn.initializers.normal()
        if self.boxed:
            init = nn.with_partitioning(init, ("a", "b"))
        kernel = self.param("kernel", init, (2, 3))
        calls = self.variable("batch_stats", "calls", lambda: jnp.zeros(()))
        if self.is_mutable_collection("batch_stats") and not self.is_initializing():
            calls.value += 1
        return x @ kernel

    def double(self, x):
        return 2 * self(x)


class Nest(nn.Module):
    """A Linen module with a submodule that is named by itself."""

    @nn.compact
    def __call__(self, x):
        return Affine()(x)


class Layer(Module):
    """An nnx module with parameters, a statistic and random keys."""

    def __init__(self, size, rngs):
        with use_eager_sharding(False):
            key = rngs.params()
            self.w = Param(jax.random.normal(key, (2, size)), out_sharding=("a", "b"))
        self.calls = BatchStat(jnp.zeros(()))
        self.dropout = Dropout(0.5, rngs=rngs)

    def __call__(self, x, *, deterministic=True):
        self.calls[...] += 1
        return self.dropout(x @ self.w, deterministic=deterministic)

    def double(self, x):
        return 2 * self(x)


KEYS = {"params": jax.random.key(0), "dropout": jax.random.key(1)}


@pytest.fixture
def x():
    return jnp.ones((1, 2))

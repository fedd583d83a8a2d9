"""A model that is hard for transforms, and its twin: a function of arrays.

A function of objects takes a `Net` and an array and returns a scalar; its twin takes a
dict of arrays in place of the model, and returns that as well.
"""

import math

import jax
import jax.extend.random
import jax.numpy as jnp
import numpy as np

from ramie import nnx

EPSILON, MOMENTUM, RATE = 0.1, 0.9, 0.5
PARAMS = ("w", "z", "scale", "bias")
STATS = ("mean", "var")
MODEL_AXES = nnx.StateAxes({(nnx.BatchStat, nnx.RngState): 0, nnx.Param: None})
LEAVES = {
    "w": lambda m: m.w,
    "z": lambda m: m.z,
    "scale": lambda m: m.norm.scale,
    "bias": lambda m: m.norm.bias,
    "mean": lambda m: m.norm.mean,
    "var": lambda m: m.norm.var,
    "key": lambda m: m.dropout.rngs.key,
    "count": lambda m: m.dropout.rngs.count,
}


def mix(key, n):
    return (key * jnp.uint32(1664525) + jnp.uint32(1013904223)) ^ n


def bits(key, bit_width, shape):
    numbers = jax.lax.iota(np.uint32, math.prod(shape))
    return mix(mix(key[0] + numbers, 3), 5).reshape(shape)


NOISE = jax.extend.random.define_prng_impl(
    key_shape=(1,),
    seed=lambda seed: jnp.full((1,), seed, np.uint32),
    split=lambda key, shape: bits(mix(key, 9), 32, (*shape, 1)),
    random_bits=bits,
    fold_in=lambda key, n: mix(key, n * jnp.uint32(747796405)),
    name="noise",
    tag="noise",
)
"""Random enough, and of so few instructions that many programs compile quickly."""


class Net(nnx.Module):
    """What is hard for transforms: a weight used twice, statistics, random numbers."""

    def __init__(self, tied):
        self.note = "as it was made"
        self.w = nnx.Param(jnp.array([[1.0, -0.5], [0.25, 2.0]]))
        self.norm = nnx.BatchNorm(
            2, epsilon=EPSILON, momentum=MOMENTUM, rngs=nnx.Rngs(0)
        )
        self.dropout = nnx.Dropout(RATE, rngs=nnx.Rngs(jax.random.key(7, impl=NOISE)))
        self.z = self.w if tied else nnx.Param(jnp.array([[0.5, 1.0], [-1.0, 0.75]]))

    def __call__(self, x):
        x = self.dropout(self.norm(x @ self.w))
        return ((x @ self.z[...].T) ** 2).mean()


def call(model, x):
    return model(x)


def read(model):
    """The contents of a model by name; a shared one has one name."""
    found = {name: of(model) for name, of in LEAVES.items()}
    if found["z"] is found["w"]:
        del found["z"]
    return {name: variable.get_value() for name, variable in found.items()}


def filled(model, arrays):
    """The model, with these contents."""
    for name, array in arrays.items():
        LEAVES[name](model).set_value(array)
    return model


def call_raw(arrays, x):
    x = x @ arrays["w"]
    new = {"mean": x.mean(0), "var": (x**2).mean(0) - x.mean(0) ** 2}
    x = (x - new["mean"][None]) * jax.lax.rsqrt(new["var"] + EPSILON)[None]
    x = x * arrays["scale"][None] + arrays["bias"][None]
    key = jax.random.fold_in(arrays["key"], arrays["count"])
    x = jnp.where(jax.random.bernoulli(key, 1 - RATE, x.shape), x / (1 - RATE), 0.0)
    y = ((x @ arrays.get("z", arrays["w"]).T) ** 2).mean()
    kept = {name: MOMENTUM * arrays[name] + (1 - MOMENTUM) * new[name] for name in new}
    return y, {**arrays, **kept, "count": arrays["count"] + 1}

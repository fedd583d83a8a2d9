"""One layer of each kind, and what it computes written by hand on a dict of arrays.

The formulas by hand are those of the layers, so a compiler has to find the same work
in both. Sizes are such that a call takes several milliseconds, beside which the
microseconds that it takes to call anything do not count.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

Arrays: TypeAlias = Any
"""The variables of a layer as nested dicts."""

WIDTH, HEADS, LENGTH = 256, 4, 64
TOKENS, GROUPS, IMAGE, CHANNELS = 1000, 8, 16, 32


@dataclass(frozen=True)
class Entry:
    """A layer, inputs for it, and the same by hand.

    Attributes:
        name: what is measured.
        make: makes the layer of one library.
        inputs: makes what it is called with.
        by_hand: from the variables and the inputs, the outputs and the variables that
            the call has changed.
    """

    name: str
    make: Callable[[Any], Any]
    inputs: Callable[[], tuple[Any, ...]]
    by_hand: Callable[..., tuple[Any, Arrays]]


def sequences(batch: int) -> tuple[Any, ...]:
    """Return a batch of sequences."""
    return (_numbers(batch, LENGTH, WIDTH),)


def images(batch: int) -> tuple[Any, ...]:
    """Return a batch of images."""
    return (_numbers(batch, IMAGE, IMAGE, CHANNELS),)


def tokens(batch: int) -> tuple[Any, ...]:
    """Return a batch of tokens."""
    return (jnp.arange(batch * LENGTH).reshape(batch, LENGTH) % TOKENS,)


def carry_and_inputs(batch: int) -> tuple[Any, ...]:
    """Return what a cell starts from, and a batch for one step."""
    zeros = jnp.zeros((batch, WIDTH))
    return (zeros, zeros), _numbers(batch, WIDTH)


def _numbers(*shape: int) -> jax.Array:
    return jnp.asarray(np.random.default_rng(0).standard_normal(shape, np.float32))


def entries() -> list[Entry]:
    """Return all layers that are measured."""
    return [
        Entry(
            "Linear",
            lambda nnx: nnx.Linear(WIDTH, WIDTH, rngs=nnx.Rngs(0)),
            partial(sequences, 64),
            lambda v, x: (_linear(v, x), {}),
        ),
        Entry(
            "LinearGeneral",
            lambda nnx: nnx.LinearGeneral(WIDTH, (HEADS, 64), rngs=nnx.Rngs(0)),
            partial(sequences, 64),
            lambda v, x: (_project(v, x), {}),
        ),
        Entry(
            "Embed",
            lambda nnx: nnx.Embed(TOKENS, WIDTH, rngs=nnx.Rngs(0)),
            partial(tokens, 512),
            lambda v, x: (jnp.take(v["embedding"], x, axis=0), {}),
        ),
        Entry(
            "Conv",
            lambda nnx: nnx.Conv(CHANNELS, CHANNELS, (3, 3), rngs=nnx.Rngs(0)),
            partial(images, 128),
            lambda v, x: (_conv(v, x), {}),
        ),
        Entry(
            "LayerNorm",
            lambda nnx: nnx.LayerNorm(WIDTH, rngs=nnx.Rngs(0)),
            partial(sequences, 256),
            _layer_norm,
        ),
        Entry(
            "RMSNorm",
            lambda nnx: nnx.RMSNorm(WIDTH, rngs=nnx.Rngs(0)),
            partial(sequences, 512),
            _rms_norm,
        ),
        Entry(
            "BatchNorm",
            lambda nnx: nnx.BatchNorm(CHANNELS, rngs=nnx.Rngs(0)),
            partial(images, 1024),
            _batch_norm,
        ),
        Entry(
            "GroupNorm",
            lambda nnx: nnx.GroupNorm(CHANNELS, GROUPS, rngs=nnx.Rngs(0)),
            partial(images, 256),
            _group_norm,
        ),
        Entry(
            "MultiHeadAttention",
            lambda nnx: nnx.MultiHeadAttention(
                HEADS, WIDTH, decode=False, rngs=nnx.Rngs(0)
            ),
            partial(sequences, 16),
            _attention,
        ),
        Entry(
            "OptimizedLSTMCell",
            lambda nnx: nnx.OptimizedLSTMCell(WIDTH, WIDTH, rngs=nnx.Rngs(0)),
            partial(carry_and_inputs, 512),
            _lstm,
        ),
    ]


def _linear(v: Arrays, x: jax.Array) -> jax.Array:
    y: jax.Array = x @ v["kernel"] + v["bias"]
    return y


def _project(v: Arrays, x: jax.Array) -> jax.Array:
    y: jax.Array = jnp.tensordot(x, v["kernel"], 1) + v["bias"]
    return y


def _conv(v: Arrays, x: jax.Array) -> jax.Array:
    axes = ("NHWC", "HWIO", "NHWC")
    y = jax.lax.conv_general_dilated(
        x, v["kernel"], (1, 1), "SAME", dimension_numbers=axes
    )
    shifted: jax.Array = y + v["bias"]
    return shifted


def _moments(x: jax.Array, axes: Any, keep: bool = True) -> tuple[jax.Array, jax.Array]:
    mean = x.mean(axes, keepdims=keep)
    square = (x * x).mean(axes, keepdims=keep)
    return mean, jnp.maximum(0.0, square - mean * mean)


def _layer_norm(v: Arrays, x: jax.Array) -> tuple[jax.Array, Arrays]:
    mean, variance = _moments(x, -1)
    y = (x - mean) * (jax.lax.rsqrt(variance + 1e-6) * v["scale"]) + v["bias"]
    return y, {}


def _rms_norm(v: Arrays, x: jax.Array) -> tuple[jax.Array, Arrays]:
    square = (x * x).mean(-1, keepdims=True)
    return x * (jax.lax.rsqrt(square + 1e-6) * v["scale"]), {}


def _batch_norm(v: Arrays, x: jax.Array) -> tuple[jax.Array, Arrays]:
    mean, variance = _moments(x, (0, 1, 2), keep=False)
    y = (x - mean) * (jax.lax.rsqrt(variance + 1e-5) * v["scale"]) + v["bias"]
    changed = {
        name: 0.99 * v[name] + (1 - 0.99) * new
        for name, new in (("mean", mean), ("var", variance))
    }
    return y, changed


def _group_norm(v: Arrays, x: jax.Array) -> tuple[jax.Array, Arrays]:
    groups = GROUPS, CHANNELS // GROUPS
    grouped = x.reshape(*x.shape[:-1], *groups)
    mean, variance = _moments(grouped, (1, 2, 4))
    scale, bias = (v[name].reshape(groups) for name in ("scale", "bias"))
    y = (grouped - mean) * (jax.lax.rsqrt(variance + 1e-6) * scale) + bias
    return y.reshape(x.shape), {}


def _attention(v: Arrays, x: jax.Array) -> tuple[jax.Array, Arrays]:
    query, key, value = (_project(v[name], x) for name in ("query", "key", "value"))
    y = jax.nn.dot_product_attention(query, key, value)
    out = v["out"]
    z: jax.Array = jnp.tensordot(y, out["kernel"], 2) + out["bias"]
    return z, {}


def _lstm(v: Arrays, carry: Any, x: jax.Array) -> tuple[Any, Arrays]:
    c, h = carry
    to_hidden = v["dense_h"]
    gates = x @ v["dense_i"]["kernel"]
    gates = gates + (h @ to_hidden["kernel"] + to_hidden["bias"])
    i, f, g, o = jnp.split(gates, 4, axis=-1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    h = jax.nn.sigmoid(o) * jnp.tanh(c)
    return ((c, h), h), {}

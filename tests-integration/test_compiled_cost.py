"""What a transform under jit compiles to costs what JAX by hand does, exactly."""

import re
from collections import Counter

import jax
import jax.numpy as jnp
import pytest

from ramie import nnx

W, X = jnp.ones((3, 3)), jnp.ones((4, 3))
PROGRAM_OF_ITS_OWN = {"parameter", "get-tuple-element", "tuple", "call", "copy"}


class Layer(nnx.Module):
    """Something read, something written, something that nobody touches."""

    def __init__(self, seen):
        self.w = nnx.Param(W)
        self.seen = nnx.BatchStat(seen)
        self.unused = nnx.Variable(jnp.zeros(7))

    def __call__(self, x):
        self.seen.value = 0.9 * self.seen.value + x.sum(0)
        return jnp.tanh(x @ self.w.value)


class Net(nnx.Module):
    """Two of them, and a weight that both use."""

    def __init__(self, *seen):
        self.layers = nnx.List(map(Layer, seen))
        self.layers[1].w = self.layers[0].w

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def apply(w, seen, x):
    new = []
    for each in seen:
        new.append(0.9 * each + x.sum(0))
        x = jnp.tanh(x @ w)
    return x, new


def loss(w, seen, x):
    y, seen = apply(w, seen, x)
    return jnp.square(y).mean(), seen


def grad(net, x):
    return nnx.grad(lambda net: jnp.square(net(x)).mean())(net)


def grad_raw(w, seen, x):
    return jax.grad(loss, has_aux=True)(w, seen, x)


def vmap(net, x):
    def each(net, x):
        first, second = net.layers
        second.seen.value = second.seen.value + x
        return first.w.value @ x + second.w.value[0]

    per_element = nnx.All(nnx.PathContains(1), nnx.BatchStat)
    axes = nnx.StateAxes({per_element: 0, ...: None})
    return nnx.vmap(each, in_axes=(axes, 0))(net, x)


def vmap_raw(w, seen, x):
    def each(w, seen, x):
        return w @ x + w[0], seen + x

    return jax.vmap(each, in_axes=(None, 0, 0))(w, seen[1], x)


def scan(net, x):
    def step(net, x):
        return net(x), None

    return nnx.scan(step, in_axes=(None, nnx.Carry), length=3)(net, x)[0]


def scan_raw(w, seen, x):
    def step(carry, _):
        x, seen = apply(w, carry[1], carry[0])
        return (x, seen), None

    return jax.lax.scan(step, (x, seen), length=3)[0]


def cost(compiled):
    """Floating point operations, bytes, and how often each instruction is there."""
    said = compiled.cost_analysis()
    found = re.findall(r" = .*? ([a-z][\w-]*)\(", compiled.as_text())
    counts = Counter(op for op in found if op not in PROGRAM_OF_ITS_OWN)
    return said["flops"], said["bytes accessed"], counts


@pytest.mark.parametrize(
    ("objects", "arrays", "last"),
    [
        (grad, grad_raw, jnp.zeros(3)),
        (vmap, vmap_raw, jnp.zeros_like(X)),
        (scan, scan_raw, jnp.zeros(3)),
    ],
    ids=["grad", "vmap", "scan"],
)
def test_it_costs_what_jax_by_hand_does(objects, arrays, last):
    seen = [jnp.zeros(3), last]

    ours = nnx.jit(objects).lower(Net(*seen), X).compile()
    by_hand = jax.jit(arrays).lower(W, seen, X).compile()

    assert cost(ours) == cost(by_hand)

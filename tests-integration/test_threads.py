"""Threads that call the same transformed functions, on models of their own and on one.

The contract: calls with different models do not disturb each other. Calls that write to
the Variables of one model at the same time do not mix, but the one that ends last wins,
unless they take turns.
"""

import contextlib
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import jax.numpy as jnp
import numpy as np
import optax
import pytest

from ramie import nnx

THREADS = 4
CALLS = 5
X = jnp.array([[1.0, 2.0], [3.0, -1.0]])


@pytest.fixture(autouse=True)
def _restless_threads():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


class Net(nnx.Module):
    def __init__(self, seed):
        rngs = nnx.Rngs(seed)
        self.linear = nnx.Linear(2, 2, rngs=rngs)
        self.norm = nnx.BatchNorm(2, rngs=rngs)
        self.dropout = nnx.Dropout(0.5, rngs=rngs)

    def __call__(self, x):
        return self.dropout(self.norm(self.linear(x)))


def loss(model, x):
    return (model(x) ** 2).mean()


def make(seed):
    model = Net(seed)
    return model, nnx.Optimizer(model, optax.sgd(0.1), wrt=nnx.Param)


def train(model, optimizer, x):
    value, grads = nnx.value_and_grad(loss)(model, x)
    optimizer.update(model, grads)
    return value


def all_kinds(model, optimizer, x):
    """Training, and each kind of control flow."""

    def body(_, carry):
        model, total = carry
        return model, total + nnx.cond(total > 0, loss, loss, model, x)

    each = nnx.scan(nnx.remat(loss), in_axes=(None, 0), out_axes=0)
    _, total = nnx.fori_loop(0, 2, body, (model, jnp.zeros(())))
    return train(model, optimizer, x) + total + each(model, x[None]).sum()


def together(call, arguments):
    """What a function returns for each arguments, called by as many threads at once."""
    start = threading.Barrier(len(arguments))

    def run(args):
        start.wait()
        return [float(call(*args, X)) for _ in range(CALLS)]

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(run, arguments))


@pytest.mark.parametrize("call", [nnx.jit(all_kinds), train], ids=["jit", "eager"])
def test_calls_with_models_of_their_own_do_not_disturb_each_other(call):
    found = together(call, [make(seed) for seed in range(THREADS)])

    for seed in range(THREADS):
        model = make(seed)
        expected = [float(call(*model, X)) for _ in range(CALLS)]
        np.testing.assert_allclose(found[seed], expected, rtol=1e-5)


class Pair(nnx.Module):
    def __init__(self):
        self.one = nnx.Variable(jnp.zeros(()))
        self.two = nnx.Variable(jnp.zeros(()))


@pytest.mark.parametrize("takes_turns", [True, False])
def test_calls_with_one_model_do_not_mix(takes_turns):
    lock = threading.Lock() if takes_turns else contextlib.nullcontext()

    @nnx.jit
    def count(pair, x):
        pair.one.value = pair.two.value = pair.one.value + 1.0
        return x.sum()

    def call(pair, x):
        with lock:
            return count(pair, x)

    pair = Pair()
    together(call, [(pair,)] * THREADS)

    assert pair.one.value == pair.two.value
    assert 0 < pair.one.value <= THREADS * CALLS
    if takes_turns:
        assert pair.one.value == THREADS * CALLS

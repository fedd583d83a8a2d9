"""A run that was interrupted and goes on is the run that was not, bit for bit."""

import random

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from ramie import nnx
from ramie.training import checkpoint

STEPS, BATCH, EXAMPLES = 12, 4, 16
TX = optax.chain(
    optax.clip_by_global_norm(1.0),
    optax.adam(optax.cosine_decay_schedule(0.05, STEPS)),
)
DATA = np.random.default_rng(0).normal(size=(EXAMPLES, 3)).astype("f4")


class Network(nnx.Module):
    def __init__(self, rngs):
        self.norm = nnx.BatchNorm(3, rngs=rngs)
        self.up = nnx.Linear(3, 8, rngs=rngs)
        self.dropout = nnx.Dropout(0.5, rngs=rngs)
        self.down = nnx.Linear(8, 1, rngs=rngs)

    def __call__(self, x):
        return self.down(self.dropout(jnp.tanh(self.up(self.norm(x)))))


class Run:
    """All that a training run has: model, optimizer, metrics, streams, a place."""

    def __init__(self, seed):
        self.model = Network(nnx.Rngs(seed))
        self.optimizer = nnx.Optimizer(self.model, TX, wrt=nnx.Param)
        self.metrics = nnx.MultiMetric(loss=nnx.metrics.Average("loss"))
        self.shuffle = np.random.default_rng(seed)
        self.order, self.place = self.shuffle.permutation(EXAMPLES), 0
        self.losses = []

    @property
    def contents(self):
        return {
            "model": self.model,
            "optimizer": self.optimizer,
            "metrics": self.metrics,
            "order": self.order,
        }

    def next_batch(self):
        if self.place == EXAMPLES:
            self.order, self.place = self.shuffle.permutation(EXAMPLES), 0
        self.place += BATCH
        return DATA[self.order[self.place - BATCH : self.place]]

    def train(self, until):
        while int(self.optimizer.step.value) < until:
            loss = step(self.model, self.optimizer, self.metrics, self.next_batch())
            self.losses.append(float(loss))

    def save(self, checkpoints):
        notes = {"place": self.place, "shuffle": self.shuffle.bit_generator.state}
        number = int(self.optimizer.step.value)
        checkpoints.save(self.contents, number, notes=notes)

    def resume(self, checkpoints):
        contents = self.contents
        notes = checkpoints.restore(contents).notes
        self.order, self.place = contents["order"], notes["place"]
        self.shuffle.bit_generator.state = notes["shuffle"]

    def bits(self):
        found = {}
        for path, leaf in nnx.to_flat_state(nnx.state(self.contents)):
            value = leaf.get_value() if isinstance(leaf, nnx.Variable) else leaf
            if jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
                value = jax.random.key_data(value)
            found[path] = np.asarray(value).dtype, np.asarray(value).tobytes()
        return found


@nnx.jit
def step(model, optimizer, metrics, x):
    def loss_fn(model):
        return jnp.mean((model(x) - 1.0) ** 2)

    loss, grads = nnx.value_and_grad(loss_fn)(model)
    optimizer.update(model, grads)
    metrics.update(loss=loss)
    return loss


@pytest.fixture(scope="module")
def whole():
    run = Run(0)
    run.train(STEPS)
    return run


INTERRUPTIONS = random.SystemRandom().sample(range(1, STEPS), 3)


@pytest.mark.parametrize("at", range(3))
def test_a_resumed_run_equals_one_that_was_not_interrupted(whole, tmp_path, at):
    at = INTERRUPTIONS[at]
    first, second = Run(0), Run(1)
    with checkpoint.Checkpoints(tmp_path) as checkpoints:
        first.train(at)
        first.save(checkpoints)
        first.train(min(at + 2, STEPS))  # and what it did then is lost

        second.resume(checkpoints)
        second.train(STEPS)

    assert second.losses == whole.losses[at:], f"interrupted after step {at}"
    assert second.bits() == whole.bits(), f"interrupted after step {at}"
    assert second.metrics.compute() == whole.metrics.compute()

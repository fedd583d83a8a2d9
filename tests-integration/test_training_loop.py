"""A model learns with everything a training loop has, through all packages."""

import pickle

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from ramie import nnx, training

MOONS = 256


class Network(nnx.Module):
    def __init__(self, *, rngs):
        self.first = nnx.Linear(2, 32, rngs=rngs)
        self.norm = nnx.BatchNorm(32, momentum=0.9, rngs=rngs)
        self.dropout = nnx.Dropout(0.2, rngs=rngs)
        self.hidden = nnx.List([nnx.Linear(32, 32, rngs=rngs) for _ in range(2)])
        self.last = nnx.Linear(32, 2, rngs=rngs)

    def __call__(self, x):
        x = self.dropout(nnx.relu(self.norm(self.first(x))))
        for layer in self.hidden:
            x = nnx.relu(layer(x))
        return self.last(x)


def make_moons():
    """Two half circles that no line separates."""
    random = np.random.default_rng(0)
    labels = np.arange(MOONS, dtype=np.int32) % 2
    angle = random.uniform(0, np.pi, MOONS)
    side = 1 - 2 * labels
    x = np.stack([np.cos(angle) + labels, np.sin(angle) * side + labels / 2], axis=-1)
    noise = random.normal(0, 0.1, x.shape)
    return jnp.asarray(x + noise, jnp.float32), jnp.asarray(labels)


def make_metrics():
    return nnx.metrics.MultiMetric(
        loss=nnx.metrics.Average("loss"), accuracy=nnx.metrics.Accuracy()
    )


@nnx.jit
def train_step(model, optimizer, metrics, x, labels):
    def loss_fn(model):
        logits = model(x)
        losses = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
        return losses.mean(), (losses, logits)

    (_, (losses, logits)), grads = nnx.value_and_grad(loss_fn, has_aux=True)(model)
    optimizer.update(model, grads)
    metrics.update(loss=losses, logits=logits, labels=labels)


@nnx.jit
def test_logits(model, x):
    return model(x)


test_logits.__test__ = False


@pytest.fixture(scope="module")
def run():
    """One short training run: the model, its optimizer, and what was measured."""
    x, labels = make_moons()
    model = Network(rngs=nnx.Rngs(0, dropout=1))
    optimizer = nnx.Optimizer(model, optax.adam(1e-2), wrt=nnx.Param)
    metrics = make_metrics()
    start = nnx.to_pure_dict(nnx.state(model, (nnx.Param, nnx.BatchStat)))
    history = []
    for _ in range(30):
        model.train()
        metrics.reset()
        for part in range(0, MOONS, 64):
            batch = slice(part, part + 64)
            train_step(model, optimizer, metrics, x[batch], labels[batch])
        history.append({name: float(v) for name, v in metrics.compute().items()})
    model.eval()
    return model, optimizer, start, history


def test_the_loss_falls_and_the_model_learns(run):
    model, _, _, history = run
    x, labels = make_moons()

    accuracy = (test_logits(model, x).argmax(-1) == labels).mean()

    assert history[-1]["loss"] < history[0]["loss"] / 3
    assert history[-1]["accuracy"] > 0.9
    assert accuracy > 0.95


def test_every_step_is_counted(run):
    _, optimizer, _, _ = run

    assert int(optimizer.step.value) == 30 * 4
    assert int(optimizer.opt_state[0].count.value) == 30 * 4


def test_parameters_and_statistics_have_moved(run):
    model, _, start, _ = run
    now = nnx.to_pure_dict(nnx.state(model, (nnx.Param, nnx.BatchStat)))

    moved = jax.tree.map(lambda a, b: not np.array_equal(a, b), start, now)

    assert all(jax.tree.leaves(moved)), moved


def test_evaluation_is_deterministic_and_changes_nothing(run):
    model, _, _, _ = run
    x, _ = make_moons()
    before = jax.tree.leaves(nnx.to_pure_dict(nnx.state(model)))

    first, second = test_logits(model, x), test_logits(model, x)

    np.testing.assert_array_equal(first, second)
    after = jax.tree.leaves(nnx.to_pure_dict(nnx.state(model)))
    assert all(a is b for a, b in zip(before, after, strict=True))


def test_training_mode_drops_at_random():
    model = Network(rngs=nnx.Rngs(0, dropout=1))
    model.train()
    x, _ = make_moons()

    first, second = test_logits(model, x), test_logits(model, x)

    assert not np.array_equal(first, second)


def test_equal_seeds_make_equal_runs():
    x, labels = make_moons()
    ends = []
    for _ in range(2):
        model = Network(rngs=nnx.Rngs(0, dropout=1))
        optimizer = nnx.Optimizer(model, optax.adam(1e-2), wrt=nnx.Param)
        metrics = make_metrics()
        for _ in range(3):
            train_step(model, optimizer, metrics, x, labels)
        ends.append(nnx.to_pure_dict(nnx.state(model, nnx.Param)))

    jax.tree.map(np.testing.assert_array_equal, *ends)


def test_a_step_compiles_once_for_each_mode():
    traces = []

    @nnx.jit
    def step(model, x):
        traces.append(x.shape)
        return model(x)

    model = Network(rngs=nnx.Rngs(0))
    x, _ = make_moons()
    for _ in range(2):
        model.train()
        step(model, x)
        step(model, x)
        model.eval()
        step(model, x)

    assert len(traces) == 2


def test_frozen_layers_keep_their_weights():
    x, labels = make_moons()
    model = Network(rngs=nnx.Rngs(0, dropout=1))

    def in_last(path, variable):
        return path[0] == "last" and isinstance(variable, nnx.Param)

    optimizer = nnx.Optimizer(model, optax.adam(1e-2), wrt=in_last)
    before = nnx.to_pure_dict(nnx.state(model, nnx.Param))

    train_step(model, optimizer, make_metrics(), x, labels)

    after = nnx.to_pure_dict(nnx.state(model, nnx.Param))
    moved = jax.tree.map(lambda a, b: not np.array_equal(a, b), before, after)
    assert set(jax.tree.leaves(moved.pop("last"))) == {True}
    assert set(jax.tree.leaves(moved)) == {False}


def test_a_donated_step_with_everything_there_is_goes_on_after_a_restart(tmp_path):
    data = jnp.linspace(-1.0, 1.0, 24, dtype=jnp.float16).reshape(3, 4, 2)

    def begin():
        model = nnx.Linear(2, 2, dtype=jnp.float16, rngs=nnx.Rngs(0))
        tx = optax.apply_if_finite(optax.sgd(0.1, momentum=0.9), 5)
        optimizer = nnx.Optimizer(model, tx, wrt=nnx.Param)
        return model, optimizer, training.EMA(model, 0.5), training.DynamicScale()

    @nnx.jit(donate_argnums=(0, 1, 2, 3))
    def step(model, optimizer, average, scale, x):
        result = scale.value_and_grad(lambda model: jnp.mean(model(x) ** 2))(model)
        optimizer.update(model, result.grad)
        average.update(model)
        return result.aux

    def run(parts, stream, batches, writer):
        for _, x in zip(range(batches), stream, strict=False):
            loss = step(*parts, x)
            writer.log(parts[1].step, loss=loss)

    whole, half = begin(), begin()
    stream = training.loop.Stream(data)
    with training.loop.MetricsLogger(training.loop.Csv(tmp_path / "a")) as writer:
        run(whole, training.loop.Stream(data), 3, writer)
    with training.loop.MetricsLogger(training.loop.Csv(tmp_path / "b")) as writer:
        run(half, stream, 2, writer)
        restored = pickle.loads(pickle.dumps(half))
        twin = training.loop.Stream(data)
        twin.position = stream.position
        run(restored, twin, 1, writer)

    assert (tmp_path / "a").read_text() == (tmp_path / "b").read_text()
    ends = [nnx.to_pure_dict(nnx.state(parts)) for parts in (whole, restored)]
    jax.tree.map(np.testing.assert_array_equal, *ends)

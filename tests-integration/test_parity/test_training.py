"""Optimizers, averages, metrics and loss scaling are those of the reference, Flax.

Each program is run with both libraries and must give the same numbers at the same
paths. Flax is called, never read.
"""

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import ramie.training

from .reference import ours, theirs

dynamic_scale = pytest.importorskip("flax.training.dynamic_scale")

OURS = SimpleNamespace(**{**vars(ours), **vars(ramie.training)})
THEIRS = SimpleNamespace(**vars(theirs), DynamicScale=dynamic_scale.DynamicScale)
BOTH = (OURS, THEIRS)

X = jnp.linspace(-1.0, 1.0, 8).reshape(4, 2)


def net_of(lib):
    class Net(lib.Module):
        def __init__(self):
            rngs = lib.Rngs(0)
            self.first = lib.Linear(2, 3, rngs=rngs)
            self.norm = lib.BatchNorm(3, rngs=rngs)
            self.last = lib.Linear(3, 1, rngs=rngs)

        def __call__(self, x):
            return self.last(jnp.tanh(self.norm(self.first(x))))

    return Net()


def loss_fn(net):
    return jnp.mean((net(X) - 1.0) ** 2)


def numbers(lib, node):
    """What every Variable holds, by path."""
    return {
        "/".join(map(str, path)): np.asarray(leaf.get_value())
        for path, leaf in lib.to_flat_state(lib.state(node))
    }


def assert_same(run, rtol=1e-5):
    found, wanted = (run(lib) for lib in BOTH)
    assert set(found) == set(wanted)
    for path, array in wanted.items():
        close = {"rtol": rtol, "atol": 1e-6, "err_msg": path}
        np.testing.assert_allclose(found[path], array, **close)
        assert np.asarray(found[path]).dtype == np.asarray(array).dtype, path


def by_layer(lib):
    transformations = {
        "first": optax.adam(0.1),
        "norm": optax.set_to_zero(),
        "last": optax.sgd(0.1, momentum=0.9),
    }
    return optax.partition(
        transformations, lambda params: lib.map_state(lambda path, _: path[0], params)
    )


FAMILIES = {
    "sgd": optax.sgd(0.1, momentum=0.9, nesterov=True),
    "schedule": optax.adam(optax.cosine_decay_schedule(0.1, 4)),
    "clipping": optax.chain(optax.clip_by_global_norm(0.5), optax.adamw(0.1)),
    "accumulation": optax.MultiSteps(optax.adam(0.1), 2),
    "hyperparameters": optax.inject_hyperparams(optax.adam)(learning_rate=0.1),
    "factored": optax.adafactor(0.1),
}


@pytest.mark.parametrize("name", [*FAMILIES, "labels"])
def test_optimizers_hold_the_same_at_the_same_paths(name):
    def run(lib):
        net = net_of(lib)
        tx = by_layer(lib) if name == "labels" else FAMILIES[name]
        optimizer = lib.Optimizer(net, tx, wrt=lib.Param)
        for step in range(3):
            grads = jax.tree.map(
                lambda x, step=step: jnp.cos(x + step), lib.state(net, lib.Param)
            )
            optimizer.update(net, grads)
        held = numbers(lib, optimizer)
        return numbers(lib, net) | {f"optimizer/{k}": v for k, v in held.items()}

    assert_same(run)


def test_a_model_and_its_optimizer_are_one_object():
    def run(lib):
        both = lib.ModelAndOptimizer(net_of(lib), optax.adam(0.1))
        updates = both.update(lib.grad(loss_fn)(both.model))
        kernel = updates["last"]["kernel"]
        return numbers(lib, both) | {"updates": np.asarray(kernel)}

    assert_same(run, rtol=1e-3)


def test_line_searches_take_functions_of_the_state():
    def run(lib):
        net = lib.Linear(2, 1, rngs=lib.Rngs(0))
        graphdef = lib.graphdef(net)
        optimizer = lib.Optimizer(net, optax.lbfgs(), wrt=lib.Param)
        for _ in range(2):
            value, grads = lib.value_and_grad(loss_fn)(net)
            optimizer.update(
                net,
                grads,
                value=value,
                grad=grads,
                value_fn=lambda state: loss_fn(lib.merge(graphdef, state)),
            )
        return numbers(lib, net)

    assert_same(run, rtol=1e-3)


def test_train_states():
    def run(lib):
        graphdef, params, _ = lib.split(
            lib.Linear(2, 1, rngs=lib.Rngs(0)), lib.Param, ...
        )
        state = lib.TrainState.create(graphdef, params=params, tx=optax.adam(0.1))
        for _ in range(2):
            grads = jax.grad(
                lambda params, s=state: loss_fn(lambda x: s.apply(params)(x)[0])
            )(state.params)
            state = state.apply_gradients(grads)
        return {
            jax.tree_util.keystr(path): np.asarray(leaf)
            for path, leaf in jax.tree_util.tree_leaves_with_path(state)
        }

    assert_same(run, rtol=1e-3)


@pytest.mark.parametrize("filtered", [False, True])
def test_averages_of_models(filtered):
    def run(lib):
        net = net_of(lib)
        only = {"only": lib.Param} if filtered else {}
        average = lib.EMA(net, 0.9, **only)
        for _ in range(3):
            net.train()
            net(X)
            net.last.kernel.set_value(net.last.kernel.get_value() + 1.0)
            average.update(lib.state(net))
        twin = numbers(lib, average.apply_to(net))
        return numbers(lib, average) | {f"applied/{k}": v for k, v in twin.items()}

    assert_same(run)


def test_metrics():
    random = np.random.default_rng(0)
    batches = [
        {
            "values": random.normal(size=4).astype(np.float32),
            "logits": random.normal(size=(4, 3)).astype(np.float32),
            "labels": random.integers(0, 3, 4),
        }
        for _ in range(3)
    ]

    def run(lib):
        metrics = lib.MultiMetric(
            mean=lib.metrics.Average(),
            right=lib.metrics.Accuracy(),
            spread=lib.metrics.Welford(),
        )
        for batch in batches:
            metrics.update(**batch)
        computed = jax.tree_util.tree_leaves_with_path(metrics.compute())
        found = {jax.tree_util.keystr(p): np.asarray(v) for p, v in computed}
        return found | numbers(lib, metrics)

    assert_same(run)


SCALES = (
    {"growth_interval": 1, "scale": 8.0},
    {"scale": 1.0, "minimum_scale": 0.4},
    {"scale": 2.0**127, "growth_interval": 0},
    {"scale": 4.0, "growth_factor": 3.0, "backoff_factor": 0.25, "fin_steps": 1},
)


@pytest.mark.parametrize("settings", SCALES)
def test_scales_of_the_loss_follow_the_gradients(settings):
    weights = [1e-3, 1e-3, jnp.inf, 1e-3, jnp.nan, jnp.nan]

    def run(lib):
        scale = lib.DynamicScale(**settings)
        found = {}
        for number, weight in enumerate(weights):
            compute = scale.value_and_grad(
                lambda w: ((1e-2 * w).sum(), 7), has_aux=True
            )
            scale, finite, (value, aux), grad = compute(jnp.full(2, weight))
            facts = (scale.scale, scale.fin_steps, finite, value, aux, grad)
            found |= {
                f"{number}/{k}": np.asarray(v, np.float32) for k, v in enumerate(facts)
            }
        return found

    assert_same(run)

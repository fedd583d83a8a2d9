"""What optax offers, through an Optimizer and on plain dicts: equal results."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from ramie import nnx

X = jnp.linspace(-1.0, 1.0, 8).reshape(4, 2)
Y = jnp.array([[0.0], [1.0], [1.0], [0.0]])


class Net(nnx.Module):
    def __init__(self, rngs):
        self.first = nnx.Linear(2, 3, rngs=rngs)
        self.last = nnx.Linear(3, 1, rngs=rngs)

    def __call__(self, x):
        return self.last(jnp.tanh(self.first(x)))


def loss_fn(net):
    return jnp.mean((net(X) - Y) ** 2)


def loss_of_dicts(params):
    def linear(name, x):
        return x @ params[name]["kernel"] + params[name]["bias"][None]

    return jnp.mean((linear("last", jnp.tanh(linear("first", X))) - Y) ** 2)


@pytest.fixture
def net():
    return Net(nnx.Rngs(0))


def params_of(net):
    return nnx.to_pure_dict(nnx.state(net, nnx.Param))


def kernels(params):
    """True for each kernel, False for each bias, in a tree like the parameters."""
    return jax.tree.map_with_path(
        lambda path, _: "kernel" in jax.tree_util.keystr(path), params
    )


def layers(params):
    return jax.tree.map_with_path(
        lambda path, _: "first" if "first" in jax.tree_util.keystr(path) else "last",
        params,
    )


FAMILIES = {
    "accumulation": optax.MultiSteps(optax.adam(0.1), every_k_schedule=2),
    "partition": optax.partition(
        {"first": optax.sgd(0.1, momentum=0.9), "last": optax.adam(0.01)}, layers
    ),
    "set to zero": optax.partition(
        {"first": optax.set_to_zero(), "last": optax.sgd(0.1)}, layers
    ),
    "hyperparameters": optax.inject_hyperparams(optax.adamw)(
        learning_rate=optax.linear_schedule(0.1, 0.0, 3), weight_decay=0.1
    ),
    "masked": optax.chain(
        optax.masked(optax.add_decayed_weights(0.1), kernels),
        optax.masked(optax.trace(0.9), kernels),
        optax.scale(-0.1),
    ),
    "schedule": optax.adam(optax.warmup_cosine_decay_schedule(0.0, 0.1, 2, 4)),
    "clipping": optax.chain(
        optax.clip_by_global_norm(0.1),
        optax.adaptive_grad_clip(0.05),
        optax.clip(0.01),
        optax.adamw(0.1, mask=kernels),
    ),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_updates_equal_those_on_dicts_to_the_last_bit(net, name):
    tx = FAMILIES[name]
    optimizer = nnx.Optimizer(net, tx, wrt=nnx.Param)
    params = params_of(net)
    opt_state = tx.init(params)

    for seed in range(3):
        grads = jax.tree.map(
            lambda x, seed=seed: jax.random.normal(jax.random.key(seed), x.shape),
            params,
        )
        optimizer.update(net, grads)
        with jax.numpy_dtype_promotion("standard"):  # optax mixes ints and floats
            updates, opt_state = tx.update(grads, opt_state, params)
            params = optax.apply_updates(params, updates)

    jax.tree.map(np.testing.assert_array_equal, params_of(net), params)


def test_labels_may_be_a_state_like_the_parameters(net):
    labels = nnx.map_state(
        lambda path, _: path[0], nnx.as_pure(nnx.state(net, nnx.Param))
    )
    tx = {"first": optax.set_to_zero(), "last": optax.sgd(0.5)}
    optimizer = nnx.Optimizer(net, optax.partition(tx, labels), wrt=nnx.Param)
    before = params_of(net)

    optimizer.update(net, nnx.grad(loss_fn)(net))

    after = params_of(net)
    jax.tree.map(np.testing.assert_array_equal, after["first"], before["first"])
    assert not np.array_equal(after["last"]["kernel"], before["last"]["kernel"])


def test_a_hyperparameter_can_be_changed_on_the_way(net):
    optimizer = nnx.Optimizer(
        net, optax.inject_hyperparams(optax.sgd)(learning_rate=0.1), wrt=nnx.Param
    )
    grads = jax.tree.map(jnp.ones_like, nnx.state(net, nnx.Param))

    @nnx.jit
    def step(net, optimizer, grads):
        return optimizer.update(net, grads)

    first = step(net, optimizer, grads)
    optimizer.opt_state.hyperparams["learning_rate"].value = jnp.array(0.01)
    second = step(net, optimizer, grads)

    assert float(first.last.bias[0]) == pytest.approx(-0.1)
    assert float(second.last.bias[0]) == pytest.approx(-0.01)


@pytest.fixture(scope="module")
def found_by_lbfgs():
    """The losses that optax finds with L-BFGS on dicts."""
    tx = optax.lbfgs(memory_size=3)
    params = params_of(Net(nnx.Rngs(0)))

    @jax.jit
    def step(params, opt_state):
        value, grads = jax.value_and_grad(loss_of_dicts)(params)
        with jax.numpy_dtype_promotion("standard"):
            updates, opt_state = tx.update(
                grads,
                opt_state,
                params,
                value=value,
                grad=grads,
                value_fn=loss_of_dicts,
            )
            return optax.apply_updates(params, updates), opt_state, value

    with jax.numpy_dtype_promotion("standard"):
        opt_state = tx.init(params)
    losses = []
    for _ in range(5):
        params, opt_state, value = step(params, opt_state)
        losses.append(float(value))
    return losses


def test_lbfgs_takes_the_loss_of_the_model(net, found_by_lbfgs):
    optimizer = nnx.Optimizer(net, optax.lbfgs(memory_size=3), wrt=nnx.Param)

    @nnx.jit
    def step(net, optimizer):
        value, grads = nnx.value_and_grad(loss_fn)(net)
        optimizer.update(net, grads, value=value, grad=grads, value_fn=loss_fn)
        return value

    losses = [float(step(net, optimizer)) for _ in range(5)]

    np.testing.assert_allclose(losses, found_by_lbfgs, rtol=1e-3)
    assert losses[-1] < losses[0] / 2


def test_what_is_frozen_is_left_out_of_a_line_search(net):
    nnx.freeze(net.first)
    search = optax.scale_by_backtracking_linesearch(max_backtracking_steps=3)
    optimizer = nnx.Optimizer(net, optax.chain(optax.sgd(1.0), search), wrt=nnx.Param)
    before = params_of(net)
    value, grads = nnx.value_and_grad(loss_fn)(net)

    optimizer.update(net, grads, value=value, grad=grads, value_fn=loss_fn)

    after = params_of(net)
    jax.tree.map(np.testing.assert_array_equal, after["first"], before["first"])
    assert float(loss_fn(net)) < float(value)

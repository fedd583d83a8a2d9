"""Layers and optimizers in transforms: what training does with models that have all."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from ramie import nnx

X = jnp.array([[1.0, 2.0], [-0.5, 0.25], [0.75, -1.0], [2.0, 1.5]])
MODES = {
    "graph": {"graph": True, "graph_updates": True},
    "graph without updates": {"graph": True, "graph_updates": False},
    "tree": {"graph": False},
}
same = np.testing.assert_allclose


class Net(nnx.Module):
    def __init__(self, rngs):
        self.linear = nnx.Linear(2, 2, rngs=rngs)
        self.norm = nnx.BatchNorm(2, momentum=0.5, rngs=rngs)
        self.dropout = nnx.Dropout(0.5, rngs=rngs)

    def __call__(self, x):
        return self.dropout(self.norm(self.linear(x)))


def loss_of(model, x):
    return (model(x) ** 2).mean()


def make(rngs):
    model = Net(rngs)
    return model, nnx.Optimizer(model, optax.sgd(0.1, momentum=0.9), wrt=nnx.Param)


def step(model, optimizer, x):
    loss, grads = nnx.value_and_grad(loss_of)(model, x)
    optimizer.update(model, grads)
    return loss


def arrays(*nodes):
    """All that some nodes hold, as arrays that numpy knows."""
    leaves = jax.tree.leaves([nnx.state(node) for node in nodes])
    is_key = [jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key) for leaf in leaves]
    return [
        jax.random.key_data(leaf) if key else leaf
        for leaf, key in zip(leaves, is_key, strict=True)
    ]


def all_same(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        same(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
def test_gradients_are_those_of_the_params_whatever_else_a_model_holds(mode):
    model, twin = Net(nnx.Rngs(0)), Net(nnx.Rngs(0))
    graphdef, params, rest = nnx.split(twin, nnx.Param, ...)
    expected = jax.grad(
        lambda params: loss_of(nnx.merge(graphdef, params, rest, copy=True), X)
    )(params)
    twin(X)

    grads = nnx.grad(loss_of, **mode)(model, X)

    all_same(arrays(nnx.state(grads, nnx.Param)), arrays(expected))
    if isinstance(grads, nnx.State):
        assert list(grads.flat_state().paths) == list(params.flat_state().paths)
    else:
        assert type(grads) is Net
        assert not any(leaf.any() for leaf in grads_of_the_rest(grads))
    all_same(arrays(model), arrays(twin))


def grads_of_the_rest(grads):
    """What stands for what is not differentiated."""
    stats = nnx.state(grads, nnx.BatchStat)
    assert all(
        leaf.dtype == jax.dtypes.float0
        for leaf in jax.tree.leaves(nnx.state(grads, nnx.RngState))
    )
    return jax.tree.leaves(stats)


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
def test_statistics_are_differentiated_when_they_are_asked_for(mode):
    model = Net(nnx.Rngs(0))
    model.eval()
    chosen = nnx.DiffState(0, nnx.BatchStat)

    grads = nnx.grad(loss_of, argnums=chosen, **mode)(model, X)

    _, stats, rest = nnx.split(model, nnx.BatchStat, ...)
    graphdef = nnx.graphdef(model)
    expected = jax.grad(
        lambda stats: loss_of(nnx.merge(graphdef, stats, rest, copy=True), X)
    )(stats)
    all_same(arrays(nnx.state(grads, nnx.BatchStat)), arrays(expected))


class Tied(nnx.Module):
    def __init__(self):
        self.embed = nnx.Param(jnp.array([[1.0, -0.5], [0.25, 2.0]]))
        self.unembed = self.embed

    def __call__(self, x):
        return jnp.tanh(x @ self.embed) @ self.unembed[...].T


TIED = {
    "grad": nnx.grad,
    "jit": lambda f: nnx.jit(nnx.grad(f)),
    "remat": lambda f: nnx.grad(nnx.remat(f)),
    "vjp": lambda f: lambda m, x: nnx.vjp(f, m, x)[1](jnp.ones(()))[0],
    "vmap": lambda f: nnx.grad(
        lambda m, x: nnx.vmap(f, in_axes=(None, 0))(m, x[:, None]).mean()
    ),
    "scan": lambda f: nnx.grad(
        lambda m, x: nnx.scan(f, in_axes=(None, 0), out_axes=0)(m, x[:, None]).mean()
    ),
    "cond": lambda f: nnx.grad(lambda m, x: nnx.cond(x[0, 0] > 0, f, f, m, x)),
}


@pytest.mark.parametrize("transform", TIED.values(), ids=TIED)
def test_a_weight_that_is_used_twice_has_one_gradient_which_is_the_sum(transform):
    model = Tied()
    w = model.embed.get_value()
    one, two = jax.grad(
        lambda e, u: ((jnp.tanh(X @ e) @ u.T) ** 2).mean(), argnums=(0, 1)
    )(w, w)

    grads = transform(loss_of)(model, X)

    ((path, variable),) = grads.flat_state()
    assert path == ("embed",)
    same(variable.get_value(), one + two, rtol=1e-5)


def test_an_ensemble_under_vmap_is_its_members():
    seeds = jax.random.split(jax.random.key(0), 3)
    every = nnx.vmap(lambda key: make(nnx.Rngs(key)))(seeds)
    train = nnx.jit(nnx.vmap(step, in_axes=(0, 0, None)))
    train_one = nnx.jit(step)

    losses = [train(*every, X) for _ in range(2)]

    for number, seed in enumerate(seeds):
        one = make(nnx.Rngs(seed))
        for loss in losses:
            same(loss[number], train_one(*one, X), rtol=1e-4)
        all_same([leaf[number] for leaf in arrays(*every)], arrays(*one))


def test_training_under_scan_is_a_python_loop():
    batches = jnp.stack([X, 2 * X, X - 1])
    nodes, twins = make(nnx.Rngs(0)), make(nnx.Rngs(0))
    train = nnx.scan(step, in_axes=(None, None, 0), out_axes=0)
    train_one = nnx.jit(step)

    losses = nnx.jit(train)(*nodes, batches)

    same(losses, [train_one(*twins, batch) for batch in batches], rtol=1e-4)
    all_same(arrays(*nodes), arrays(*twins))


CONFIGURED = {
    "Linear": lambda rngs: nnx.Linear(2, 3, use_bias=False, rngs=rngs),
    "Conv": lambda rngs: nnx.Conv(2, 3, (3,), padding="SAME", rngs=rngs),
    "BatchNorm": lambda rngs: nnx.BatchNorm(2, momentum=0.9, rngs=rngs),
    "LayerNorm": lambda rngs: nnx.LayerNorm(2, rngs=rngs),
    "Dropout": lambda rngs: nnx.Dropout(0.5, rngs=rngs),
    "Embed": lambda rngs: nnx.Embed(4, 2, rngs=rngs),
    "MultiHeadAttention": lambda rngs: nnx.MultiHeadAttention(2, 4, rngs=rngs),
    "LSTMCell": lambda rngs: nnx.LSTMCell(2, 3, rngs=rngs),
    "initialized": lambda rngs: nnx.Linear(
        2, 3, kernel_init=nnx.initializers.normal(0.1), rngs=rngs
    ),
    "adam": lambda rngs: optimizer_of(optax.adam(1e-3), rngs),
    "schedule": lambda rngs: optimizer_of(
        optax.sgd(optax.linear_schedule(0.1, 0.0, 10), momentum=0.9), rngs
    ),
    "chain": lambda rngs: optimizer_of(
        optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(1e-3)), rngs
    ),
}


def optimizer_of(transformation, rngs):
    return nnx.Optimizer(nnx.Linear(2, 2, rngs=rngs), transformation, wrt=nnx.Param)


@pytest.mark.parametrize("configured", CONFIGURED.values(), ids=CONFIGURED)
def test_equal_configurations_are_one_program(configured):
    fun = nnx.jit(lambda node: len(jax.tree.leaves(nnx.state(node))))

    for seed in range(3):
        fun(configured(nnx.Rngs(seed)))

    assert nnx.explain_retrace(fun).traces == 1

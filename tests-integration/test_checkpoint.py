"""What a run has learned survives every way of writing it down."""

import pickle

import jax
import jax.numpy as jnp
import numpy as np
import optax
import orbax.checkpoint as ocp
import pytest

from ramie import nnx


class Network(nnx.Module):
    def __init__(self, *, rngs):
        self.layers = nnx.List([nnx.Linear(3, 3, rngs=rngs) for _ in range(2)])
        self.norm = nnx.BatchNorm(3, rngs=rngs)
        self.dropout = nnx.Dropout(0.5, rngs=rngs)

    def __call__(self, x):
        for layer in self.layers:
            x = jnp.tanh(layer(x))
        return self.dropout(self.norm(x))


def make(seed):
    model = Network(rngs=nnx.Rngs(seed))
    return model, nnx.Optimizer(model, optax.adam(1e-2), wrt=nnx.Param)


@nnx.jit
def step(model, optimizer, x):
    def loss_fn(model):
        return jnp.mean((model(x) - 1.0) ** 2)

    loss, grads = nnx.value_and_grad(loss_fn)(model)
    optimizer.update(model, grads)
    return loss


def inputs():
    return jax.random.normal(jax.random.key(7), (8, 3))


@pytest.fixture
def trained():
    model, optimizer = make(0)
    for _ in range(3):
        step(model, optimizer, inputs())
    return model, optimizer


def leaves(*nodes):
    """All contents by path, keys of random streams as their bits."""
    found = {}
    for number, node in enumerate(nodes):
        for path, leaf in nnx.to_flat_state(nnx.state(node)):
            value = leaf.get_value()
            if jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
                value = jax.random.key_data(value)
            found[number, *path] = np.asarray(value)
    return found


def assert_equal(mine, theirs):
    assert mine.keys() == theirs.keys()
    for path, value in mine.items():
        np.testing.assert_array_equal(value, theirs[path], err_msg=str(path))


def test_a_pickled_model_goes_on_as_the_original(trained):
    model, optimizer = trained
    twin, its_optimizer = pickle.loads(pickle.dumps(model)), nnx.clone(optimizer)

    step(model, optimizer, inputs())
    step(twin, its_optimizer, inputs())

    assert twin.layers[0].kernel is not model.layers[0].kernel
    assert_equal(leaves(twin), leaves(model))


def test_a_pickled_state_fits_a_fresh_model(trained):
    model, optimizer = trained
    payload = pickle.dumps((nnx.state(model), nnx.state(optimizer)))
    fresh_model, fresh_optimizer = make(1)

    for fresh, state in zip(
        (fresh_model, fresh_optimizer), pickle.loads(payload), strict=True
    ):
        nnx.update(fresh, state)

    assert_equal(leaves(fresh_model, fresh_optimizer), leaves(model, optimizer))


def test_a_pure_dict_fits_a_fresh_model(trained):
    model, optimizer = trained
    fresh = make(1)

    for mine, theirs in zip(trained, fresh, strict=True):
        state = nnx.state(theirs)
        nnx.replace_by_pure_dict(state, nnx.to_pure_dict(nnx.state(mine)))
        nnx.update(theirs, state)

    assert_equal(leaves(*fresh), leaves(model, optimizer))
    assert float(step(*fresh, inputs())) == float(step(*trained, inputs()))
    assert_equal(leaves(*fresh), leaves(*trained))


def test_orbax_restores_a_run_that_goes_on_as_the_original(trained, tmp_path):
    fresh = make(1)
    with ocp.StandardCheckpointer() as checkpointer:
        checkpointer.save(tmp_path / "run", as_dicts(*trained))
    with ocp.StandardCheckpointer() as checkpointer:
        restored = checkpointer.restore(tmp_path / "run", as_dicts(*fresh))

    for node, contents in zip(fresh, restored.values(), strict=True):
        state = nnx.state(node)
        nnx.replace_by_pure_dict(state, contents)
        nnx.update(node, state)

    assert_equal(leaves(*fresh), leaves(*trained))
    assert float(step(*fresh, inputs())) == float(step(*trained, inputs()))
    assert_equal(leaves(*fresh), leaves(*trained))


def as_dicts(model, optimizer):
    return {
        "1 model": nnx.to_pure_dict(nnx.state(model)),
        "2 optimizer": nnx.to_pure_dict(nnx.state(optimizer)),
    }


def test_orbax_restores_without_being_told_the_structure(trained, tmp_path):
    model, _ = trained
    learned = nnx.to_pure_dict(nnx.state(model, (nnx.Param, nnx.BatchStat)))
    with ocp.StandardCheckpointer() as checkpointer:
        checkpointer.save(tmp_path / "model", learned)
    with ocp.StandardCheckpointer() as checkpointer:
        contents = checkpointer.restore(tmp_path / "model")
    fresh, _ = make(1)
    state = nnx.state(fresh, (nnx.Param, nnx.BatchStat))

    # Formats on disk know strings only: positions in lists come back as such.
    nnx.replace_by_pure_dict(state, contents)
    nnx.update(fresh, state)

    model.eval()
    fresh.eval()
    np.testing.assert_array_equal(fresh(inputs()), model(inputs()))


def test_a_checkpoint_of_another_model_is_refused_and_nothing_written(trained):
    model, _ = trained
    fresh, _ = make(1)
    contents = nnx.to_pure_dict(nnx.state(model, nnx.Param))
    contents["layers"][0]["kernel"] = jnp.ones((5, 3))
    before = leaves(fresh)

    with pytest.raises(ValueError, match="layers/0/kernel"):
        nnx.update(fresh, contents)

    assert_equal(leaves(fresh), before)

"""What a run has learned survives every way of writing it down."""

import os
import pickle
import random
import signal
import subprocess
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
import optax
import orbax.checkpoint as ocp
import pytest

from ramie import nnx
from ramie.training import checkpoint


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


def test_one_checkpoint_holds_the_whole_run(trained, tmp_path):
    fresh = make(1)
    checkpoint.save(tmp_path, list(trained), 3)

    restored = checkpoint.restore(tmp_path, into=list(fresh))

    assert restored.left_out is None
    assert_equal(leaves(*fresh), leaves(*trained))
    assert float(step(*fresh, inputs())) == float(step(*trained, inputs()))
    assert_equal(leaves(*fresh), leaves(*trained))


def test_what_is_saved_is_not_what_a_donated_step_makes_of_it(trained, tmp_path):
    model, optimizer = trained
    before = leaves(model)
    donated = nnx.jit(step.__wrapped__, donate_argnums=(0, 1))

    with checkpoint.Checkpoints(tmp_path) as run:
        run.save(model, 0)
        donated(model, optimizer, inputs())
        run.restore(model)

    assert_equal(leaves(model), before)


def test_a_model_is_restored_into_the_shardings_of_an_abstract_one(tmp_path):
    rows = nnx.with_partitioning(nnx.initializers.ones_init(), ("data", None))

    def init():
        model = nnx.Linear(8, 4, kernel_init=rows, rngs=nnx.Rngs(0))
        return {"model": model, "keys": nnx.Rngs(3)}

    kinds = (jax.sharding.AxisType.Auto,)
    wide, narrow = (jax.make_mesh((n,), ("data",), kinds) for n in (8, 2))
    with jax.set_mesh(wide):
        saved = init()
    checkpoint.save(tmp_path, saved, 0)
    abstract = nnx.merge(*nnx.get_abstract_model(init, narrow))

    checkpoint.restore(tmp_path, into=abstract)

    kernel = abstract["model"].kernel.value
    assert {shard.data.shape for shard in kernel.addressable_shards} == {(4, 4)}
    assert kernel.sharding.mesh.shape == {"data": 2}
    assert_equal(leaves(abstract), leaves(saved))


SAVING = """
import os, sys
import jax, numpy, orbax.checkpoint
from ramie.training.checkpoint import Checkpoints
from ramie.variables import Param

def save_for_ever(folder):
    run = Checkpoints(folder, keep=2)
    model = {"layers": [Param(None) for _ in range(4)]}
    first = (run.steps or [0])[-1] + 1
    for step in range(first, first + 10_000):
        for layer in model["layers"]:
            layer.value = jax.device_put(numpy.full(3, step, "f4"))
        run.save(model, step, notes={"step": step})
        if step == first:
            run.wait()
            os.write(1, b"%9d" % os.getpid())

# One process imports, which takes seconds. Its children save until they are killed;
# JAX has no threads yet when they are born.
for _ in sys.stdin:
    child = os.fork()
    if not child:
        save_for_ever(sys.argv[1])
    os.waitpid(child, 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="it forks, which this OS does not")
def test_a_run_that_is_killed_while_it_saves_leaves_a_whole_checkpoint(tmp_path):
    chance = random.Random(0)
    model = {"layers": [nnx.Param(jnp.zeros(3)) for _ in range(4)]}
    last = 0
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SAVING, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "XLA_FLAGS": ""},
    ) as nursery:
        for _ in range(50):
            nursery.stdin.write(b"\n")
            nursery.stdin.flush()
            child = int(nursery.stdout.read(9))
            time.sleep(chance.uniform(0.0, 0.15))
            os.kill(child, signal.SIGKILL)

            restored = checkpoint.restore(tmp_path, into=model)

            assert restored.step > last
            assert restored.notes == {"step": restored.step}
            for layer in model["layers"]:
                assert layer.value.tolist() == [restored.step] * 3
            last = restored.step
        nursery.stdin.close()

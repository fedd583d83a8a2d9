import copy
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from ramie import layers
from ramie.graph import State, split, to_pure_dict
from ramie.module import Module, Rngs
from ramie.training import TrainState
from ramie.training.errors import GradientMismatchError, NotAStateError
from ramie.variables import BatchStat, Param

X = jnp.ones((3, 2))


class Net(Module):
    def __init__(self):
        self.dense = layers.Linear(2, 2, rngs=Rngs(0))
        self.mean = BatchStat(jnp.ones(()))

    def __call__(self, x):
        return self.dense(x) * self.mean


class WithMean(TrainState):
    means: State


def make(cls=TrainState, tx=None, **fields):
    graphdef, params, means = split(Net(), Param, BatchStat)
    if cls is WithMean:
        fields["means"] = means
    return cls.create(graphdef, params=params, tx=tx or optax.sgd(0.5), **fields)


@jax.jit
def step(state, x):
    def loss(params):
        return jnp.mean(state.apply(params, "means")(x)[0] ** 2)

    return state.apply_gradients(jax.grad(loss)(state.params))


def test_a_step_is_a_function_of_arrays():
    start = make(WithMean)

    end = step(step(start, X), X)

    assert int(end.step) == 2
    assert int(start.step) == 0
    before, after = (jnp.abs(s.apply("params", "means")(X)[0]) for s in (start, end))
    assert float(after.mean()) < float(before.mean())


def test_the_parameters_are_those_of_optax_on_dicts():
    start = make(tx=optax.adam(0.1))
    params = to_pure_dict(start.params)
    grads = jax.tree.map(jnp.ones_like, params)

    end = start.apply_gradients(grads)

    with jax.numpy_dtype_promotion("standard"):  # optax mixes ints and floats
        updates, _ = start.tx.update(grads, start.tx.init(params), params)
        expected = optax.apply_updates(params, updates)
    jax.tree.map(np.testing.assert_array_equal, to_pure_dict(end.params), expected)
    assert type(end.params.dense.kernel) is Param
    assert type(end.opt_state[0].mu.dense.kernel) is Param


def test_fields_of_a_subclass_change_with_a_step():
    start = make(WithMean)
    means = jax.tree.map(lambda x: x + 1.0, start.means)

    end = start.apply_gradients(start.params, means=means)

    assert float(end.means.mean.get_value()) == 2.0
    assert float(start.means.mean.get_value()) == 1.0


def test_it_starts_at_the_step_it_is_told():
    assert int(make(step=7).step) == 7


def test_gradients_that_do_not_fit_are_named():
    with pytest.raises(GradientMismatchError, match="dense/bias"):
        make().apply_gradients({"dense": {"kernel": jnp.ones((2, 2))}})


@pytest.mark.parametrize("name", ["tx", "no_such_field"])
def test_a_name_must_be_that_of_a_state(name):
    with pytest.raises(NotAStateError, match=r"It has params, means; or pass"):
        make(WithMean).apply("params", name)


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))]
)
def test_copies_and_pickles_go_on(copied):
    start = make(tx=optax.chain(optax.clip_by_global_norm(1.0), optax.adam(0.1)))

    ends = [one.apply_gradients(start.params).params for one in (start, copied(start))]

    jax.tree.map(np.testing.assert_array_equal, *map(to_pure_dict, ends))

import copy
import pickle

import jax.numpy as jnp
import optax
import pytest

from ramie import layers
from ramie.module import Module, Rngs
from ramie.training import ModelAndOptimizer, Optimizer
from ramie.training.errors import GradientMismatchError, NothingToTrainError
from ramie.transforms import grad, jit
from ramie.variables import BatchStat, Param


class Net(Module):
    def __init__(self):
        self.dense = layers.Linear(2, 1, rngs=Rngs(0))

    def __call__(self, x):
        return self.dense(x)


X = jnp.ones((3, 2))


def loss(net):
    return jnp.mean(net(X) ** 2)


def test_a_step_takes_one_object():
    net, twin = Net(), Net()
    both = ModelAndOptimizer(net, optax.adam(0.1))
    apart = Optimizer(twin, optax.adam(0.1))

    @jit
    def step(both):
        return both.update(grad(loss)(both.model))

    step(both)
    apart.update(twin, grad(loss)(twin))

    assert both.model is net
    assert jnp.allclose(net.dense.kernel.get_value(), twin.dense.kernel.get_value())
    assert int(both.step.get_value()) == 1


def test_containers_are_models_too():
    model = {"w": Param(jnp.ones(2))}
    both = ModelAndOptimizer(model, optax.sgd(1.0))

    both.update({"w": jnp.ones(2)})

    assert model["w"].get_value().tolist() == [0.0, 0.0]


def test_further_arguments_reach_the_transformation():
    both = ModelAndOptimizer(
        {"w": Param(jnp.ones(2))}, optax.contrib.reduce_on_plateau(patience=1)
    )

    both.update({"w": jnp.ones(2)}, value=3.0)

    assert float(both.opt_state.best_value.get_value()) == 3.0


def test_what_an_optimizer_refuses_is_refused():
    with pytest.raises(NothingToTrainError):
        ModelAndOptimizer(Net(), optax.sgd(1.0), wrt=BatchStat)
    with pytest.raises(GradientMismatchError):
        ModelAndOptimizer(Net(), optax.sgd(1.0)).update({})


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))]
)
def test_copies_hold_the_copied_model(copied):
    both = ModelAndOptimizer(Net(), optax.adam(0.1))

    twin = copied(both)
    twin.update(grad(loss)(twin.model))

    assert twin.model is not both.model
    assert int(both.step.get_value()) == 0

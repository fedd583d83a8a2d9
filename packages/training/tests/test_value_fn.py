import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from ramie import layers
from ramie.graph import as_pure, merge, split, state
from ramie.module import Module, Rngs
from ramie.training import Optimizer
from ramie.training._value_fn import of_parameters
from ramie.variables import BatchStat, Param

X = jnp.linspace(-1.0, 1.0, 6).reshape(3, 2)


class Net(Module):
    def __init__(self):
        self.dense = layers.Linear(2, 2, rngs=Rngs(0))
        self.calls = BatchStat(jnp.zeros(()))

    def __call__(self, x):
        self.calls.set_value(self.calls.get_value() + 1)
        return self.dense(x)


def loss(net, scale=1.0):
    return scale * jnp.mean(net(X) ** 2)


@pytest.fixture
def net():
    return Net()


def parameters(net, factor=1.0):
    return jax.tree.map(lambda x: factor * x, as_pure(state(net, Param)))


def test_the_model_has_the_parameters_that_are_tried(net):
    call = of_parameters(loss, net, graph=None)

    zero, now = call(parameters(net, 0.0)), call(parameters(net))

    assert float(zero) == 0.0
    assert float(now) == float(loss(net))


def test_what_it_writes_is_not_kept(net):
    of_parameters(loss, net, graph=None)(parameters(net))

    assert float(net.calls.get_value()) == 0.0


def test_further_arguments_are_passed_on(net):
    call = of_parameters(loss, net, graph=None)

    assert float(call(parameters(net), scale=3.0)) == pytest.approx(
        3 * float(loss(net))
    )


def test_it_can_be_differentiated(net):
    call = of_parameters(loss, net, graph=None)

    found = jax.grad(call)(parameters(net))

    assert found.dense.kernel.shape == (2, 2)
    assert np.abs(found.dense.kernel).max() > 0


def test_functions_of_the_state_work_as_well(net):
    graphdef, _, rest = split(net, Param, ...)

    call = of_parameters(
        lambda params: loss(merge(graphdef, params, rest, copy=True)), net, graph=None
    )

    assert float(call(parameters(net))) == float(loss(net))


def test_an_error_is_that_of_the_call_with_the_model(net):
    def wrong(net):
        return net.no_such_layer(X)

    with pytest.raises(AttributeError, match="Net"):
        of_parameters(wrong, net, graph=None)(parameters(net))


def test_a_line_search_takes_the_loss_of_the_model(net):
    search = optax.scale_by_backtracking_linesearch(max_backtracking_steps=5)
    optimizer = Optimizer(net, optax.chain(optax.sgd(1.0), search))
    before = loss(net)
    grads = jax.grad(of_parameters(loss, net, graph=None))(parameters(net))

    optimizer.update(net, grads, value=before, grad=grads, value_fn=loss)

    assert float(loss(net)) < float(before)

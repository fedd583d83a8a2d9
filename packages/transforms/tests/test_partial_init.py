import inspect

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import State, state
from ramie.graph.errors import StateMismatchError
from ramie.module import Module, Rngs
from ramie.transforms import partial_init
from ramie.variables import Param

computed = []


def note(name, value):
    """The value, with a note of its name whenever it is really computed."""

    def compute(array):
        computed.append(name)
        return array

    return jax.pure_callback(
        compute, jax.ShapeDtypeStruct(value.shape, value.dtype), value
    )


class Net(Module):
    def __init__(self, size, *, name="net", rngs):
        self.size, self.name = size, name
        self.kernel = Param(note("kernel", jax.random.normal(rngs.params(), (size,))))
        self.bias = Param(note("bias", jax.random.normal(rngs.params(), (size,))))


@pytest.fixture(autouse=True)
def _forget():
    computed.clear()


def test_what_a_state_holds_is_taken_and_the_rest_is_initialised():
    kernel = jnp.arange(2.0)

    net = partial_init(Net, State({"kernel": Param(kernel)}))(2, rngs=Rngs(0))

    plain = Net(2, rngs=Rngs(0))
    assert type(net) is Net
    assert (net.size, net.name) == (2, "net")
    assert net.kernel.value.tolist() == kernel.tolist()
    np.testing.assert_allclose(net.bias.value, plain.bias.value, rtol=1e-6)


def test_a_value_that_is_taken_is_never_computed():
    partial_init(Net, {"kernel": jnp.arange(2.0)})(2, rngs=Rngs(0))

    assert computed == ["bias"]


def test_later_states_win():
    first, second = {"kernel": jnp.ones(2), "bias": jnp.ones(2)}, {"bias": jnp.zeros(2)}

    net = partial_init(Net, first, second)(2, rngs=Rngs(0))

    assert (net.kernel.value.tolist(), net.bias.value.tolist()) == ([1, 1], [0, 0])
    assert computed == []


def test_without_states_it_initialises():
    net = partial_init(Net)(2, name="other", rngs=Rngs(0))

    assert net.name == "other"
    assert sorted(computed) == ["bias", "kernel"]


def test_streams_go_on_as_if_the_class_was_called():
    rngs, plain = Rngs(0), Rngs(0)

    partial_init(Net, {"kernel": jnp.ones(2)})(2, rngs=rngs)
    Net(2, rngs=plain)

    assert rngs.params.count.value == plain.params.count.value


def test_the_state_it_took_is_not_the_modules():
    taken = state(Net(2, rngs=Rngs(0)))

    net = partial_init(Net, taken)(2, rngs=Rngs(1))
    net.kernel[...] = jnp.zeros(2)

    assert taken["kernel"].value.tolist() != [0.0, 0.0]


def test_a_state_that_does_not_fit_is_refused():
    construct = partial_init(Net, {"kernel": jnp.ones(3), "other": jnp.ones(1)})

    with pytest.raises(StateMismatchError, match="other"):
        construct(2, rngs=Rngs(0))


def test_it_takes_the_arguments_of_the_class():
    construct = partial_init(Net)

    assert inspect.signature(construct) == inspect.signature(Net)
    assert construct.__name__ == "Net"

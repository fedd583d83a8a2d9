import jax.numpy as jnp
import pytest

from ramie.graph import State, state
from ramie.training._gradients import gradients_for
from ramie.training.errors import GradientMismatchError
from ramie.variables import BatchStat, Param


@pytest.fixture
def model():
    return {
        "w": Param(jnp.ones((2, 3))),
        "b": Param(jnp.ones(3)),
        "mean": BatchStat(jnp.ones(3)),
    }


def trained(model):
    return dict(state(model, Param).flat_state())


def test_gradients_come_in_the_order_of_the_variables(model):
    found = gradients_for(
        trained(model), model, {"w": jnp.zeros((2, 3)), "b": jnp.ones(3)}
    )

    assert [gradient.shape for gradient in found] == [(3,), (2, 3)]


def test_states_of_variables_and_of_arrays_are_equal(model):
    arrays = State({"w": jnp.zeros((2, 3)), "b": jnp.ones(3)})
    variables = State({name: Param(array) for name, array in arrays.items()})

    of_arrays, of_variables = (
        gradients_for(trained(model), model, grads) for grads in (arrays, variables)
    )

    assert all(a is b for a, b in zip(of_arrays, of_variables, strict=True))


def test_an_object_shaped_like_the_model_is_fine(model):
    found = gradients_for(trained(model), model, {**model})

    assert len(found) == 2


def test_gradients_of_frozen_variables_are_left_aside(model):
    grads = {"w": jnp.zeros((2, 3)), "b": jnp.ones(3), "mean": jnp.ones(3)}

    assert len(gradients_for(trained(model), model, grads)) == 2


def test_every_mismatch_is_named_at_once(model):
    grads = {"w": jnp.zeros((3, 2)), "c": jnp.ones(3)}

    with pytest.raises(GradientMismatchError) as caught:
        gradients_for(trained(model), model, grads)

    assert caught.value.missing == (("b",),)
    assert caught.value.unexpected == (("c",),)
    assert caught.value.shapes == {("w",): ((2, 3), (3, 2))}
    assert "DiffState" in str(caught.value)


def test_a_shape_that_would_broadcast_is_refused(model):
    grads = {"w": jnp.zeros((2, 3)), "b": jnp.ones(1)}

    with pytest.raises(GradientMismatchError, match=r"shape at b: variable \(3,\)"):
        gradients_for(trained(model), model, grads)

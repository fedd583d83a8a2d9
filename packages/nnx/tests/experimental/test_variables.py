import jax.numpy as jnp
import pytest

from ramie.experimental import nnx
from ramie.experimental.nnx.errors import NoVariableError, VariableExpectedError


@pytest.fixture
def linear():
    return nnx.Linear(2, 3, rngs=nnx.Rngs(0))


def test_variables_are_read_by_name(linear):
    assert linear.variables.kernel is linear.kernel
    assert linear.variables["bias"] is linear.bias
    assert dict(linear.variables).keys() == {"kernel", "bias"}
    assert len(linear.variables) == 2
    assert repr(linear.variables).startswith("VariablesView({'kernel': Param(")


def test_a_variable_is_put_in_the_place_of_another(linear):
    other = nnx.Linear(2, 3, rngs=nnx.Rngs(1))

    linear.variables.kernel = other.variables.kernel
    linear.variables["bias"] = other.bias

    assert linear.kernel is other.kernel
    assert linear.bias is other.bias


@pytest.mark.parametrize("name", ["nope", "use_bias"])
def test_what_is_no_variable_is_not_found(linear, name):
    with pytest.raises(NoVariableError, match="kernel, bias") as caught:
        linear.variables[name]

    assert caught.value.name == name
    assert not hasattr(linear.variables, name)
    assert name not in linear.variables


def test_special_names_are_none_of_a_variable(linear):
    assert not hasattr(linear.variables, "__deepcopy__")


def test_a_value_is_no_variable(linear):
    before = linear.kernel

    with pytest.raises(VariableExpectedError, match=r"kernel\.value = "):
        linear.variables.kernel = jnp.ones((2, 3))
    assert linear.kernel is before

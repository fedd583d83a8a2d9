import jax.numpy as jnp
import pytest

from ramie import layers
from ramie.layers._named_in_errors import named_in_errors
from ramie.layers.errors import FeatureCountError, LayerError, RateError
from ramie.module import Rngs


def test_an_error_names_the_layer_that_was_called():
    layer = layers.Linear(3, 2, rngs=Rngs(0))

    with pytest.raises(FeatureCountError, match=r"^Linear: ") as caught:
        layer(jnp.ones(4))

    assert (caught.value.place, caught.value.expected) == ("Linear", 3)


def test_an_error_names_the_class_of_a_user():
    class Mine(layers.Linear):
        pass

    with pytest.raises(FeatureCountError, match=r"^Mine: "):
        Mine(3, 2, rngs=Rngs(0))(jnp.ones(4))


def test_an_error_of_an_inner_layer_stays_its_own():
    cell = layers.GRUCell(3, 2, rngs=Rngs(0))

    with pytest.raises(FeatureCountError, match=r"^Linear: "):
        cell(jnp.ones((1, 2)), jnp.ones((1, 4)))


def test_an_error_that_knows_its_layer_is_raised_as_it_is():
    error = RateError("Dropout", 2.0)

    @named_in_errors
    def fail(_):
        raise error

    with pytest.raises(RateError) as caught:
        fail(0)

    assert caught.value is error


def test_an_error_of_somebody_else_has_no_place_to_name():
    class OwnError(LayerError):
        pass

    @named_in_errors
    def fail(_):
        raise OwnError("mine")

    with pytest.raises(OwnError, match=r"^mine$"):
        fail(0)


def test_where_an_error_comes_from_stays_in_its_traceback():
    layer = layers.Linear(3, 2, rngs=Rngs(0))

    with pytest.raises(FeatureCountError) as caught:
        layer(jnp.ones(4))

    assert "linear" in [entry.name for entry in caught.traceback]

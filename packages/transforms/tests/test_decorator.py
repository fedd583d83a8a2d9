import jax.numpy as jnp
import pytest

from ramie.module import Module
from ramie.transforms import grad, jit, value_and_grad, while_loop
from ramie.transforms._decorator import Placement
from ramie.transforms.errors import NotCallableError
from ramie.variables import Param

from .every_transform import TRANSFORMS, Model, X

AT_THE_CALL = {"jit_partial", "cached_partial", "vjp", "jvp", "cond", "switch"}
AT_THE_CALL |= {"eval_shape"}
OF_A_BODY = {"while_loop", "fori_loop", "scan that hands on", "custom_vjp"}
"""They wrap the function in another, in the table."""


class Square(Module):
    def __init__(self):
        self.w = Param(jnp.float32(3))

    def loss(self):
        return self.w.value**2


def loss(square):
    """The loss."""
    return square.loss()


@pytest.mark.parametrize("transform", [jit, grad, value_and_grad])
def test_three_ways_to_decorate_give_the_same(transform):
    direct, bare, called = transform(loss), transform()(loss), transform(loss)

    results = [str(f(Square())) for f in (direct, bare, called)]

    assert len(set(results)) == 1


@pytest.mark.parametrize("transform", [jit, grad, value_and_grad])
def test_name_and_docstring_are_kept(transform):
    wrapped = transform(loss)

    assert (wrapped.__name__, wrapped.__doc__) == ("loss", "The loss.")
    assert wrapped.__wrapped__ is loss


@pytest.mark.parametrize("transform", [jit, grad, value_and_grad])
def test_a_method_is_bound(transform):
    class Model(Square):
        @transform
        def step(self):
            return self.loss()

    assert str(Model().step()) == str(transform(loss)(Square()))


def test_a_bound_method_reads_its_owner_as_a_closure():
    assert jit(Square().loss)().item() == 9.0


def test_a_callable_without_a_signature_can_be_compiled():
    assert jit(max, static_argnums=(0, 1))(1, 2) == 2


def test_keyword_arguments_are_placed_where_their_parameters_are():
    place = Placement(lambda a, b=2, c=3, *, d=4: (a, b, c, d))

    assert place((1,), {}, 0) == ((1,), {})
    assert place((1,), {}, (0, 0, 0)) == ((1, 2, 3), {})
    assert place((1,), {"c": 5, "d": 6}, 0) == ((1, 2, 5), {"d": 6})
    assert place((), {"b": 5, "a": 6}, (0, 0)) == ((6, 5), {})


def test_arguments_that_cannot_be_placed_stay_as_they_are():
    place = Placement(lambda a, b: (a, b))

    assert place((), {"b": 5}, (0, 0)) == ((), {"b": 5})
    assert Placement(max)((1,), {"key": 2}, (0, 0)) == ((1,), {"key": 2})


@pytest.mark.parametrize("name", sorted(TRANSFORMS.keys() - AT_THE_CALL - OF_A_BODY))
@pytest.mark.parametrize("what", [None, 3])
def test_what_is_no_function_is_refused_at_once(name, what):
    with pytest.raises(NotCallableError, match=r"\(\) takes a function"):
        TRANSFORMS[name](what)


@pytest.mark.parametrize("name", sorted(AT_THE_CALL))
def test_what_is_no_function_is_refused_by_the_call(name):
    with pytest.raises(NotCallableError, match="was given None"):
        TRANSFORMS[name](None)(Model(), X)


def test_both_functions_of_a_loop_are_looked_at():
    for functions in [(None, lambda x: x), (lambda x: x < 1, None)]:
        with pytest.raises(NotCallableError, match=r"while_loop\(\) takes a function"):
            while_loop(*functions, 0.0)

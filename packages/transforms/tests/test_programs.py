import jax.numpy as jnp
import pytest

from ramie.graph.errors import UnhashableStaticError
from ramie.transforms._crossing import Crossing
from ramie.transforms._programs import program_of
from ramie.variables import Variable


def make(funs, entrance, *options):
    return object()


def entrance(*args, static=None):
    return Crossing(args, {}, static).entrance


def double(x):
    return 2 * x


def test_a_program_is_found_again_by_everything_it_depends_on():
    first = program_of(make, [double], entrance(Variable(jnp.ones(2))), "option")

    assert first is program_of(
        make, [double], entrance(Variable(jnp.zeros(2))), "option"
    )
    assert first is not program_of(
        make, [abs], entrance(Variable(jnp.ones(2))), "option"
    )
    assert first is not program_of(
        make, [double], entrance(Variable(jnp.ones(3))), "option"
    )
    assert first is not program_of(make, [double], entrance(Variable(jnp.ones(2))))


def test_a_program_of_a_function_that_may_change_is_not_found_again():
    array = jnp.ones(2)

    def closure(x):
        return array * x

    assert program_of(make, [closure], entrance()) is not program_of(
        make, [closure], entrance()
    )


def test_a_static_argument_that_cannot_be_hashed_is_named():
    with pytest.raises(UnhashableStaticError, match="arguments/0"):
        program_of(make, [double], entrance([1], static=lambda _: True))

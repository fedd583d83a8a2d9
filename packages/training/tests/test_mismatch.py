import jax.numpy as jnp
import optax
import pytest

from ramie.training import Optimizer
from ramie.training._mismatch import check_shapes, explain_failure
from ramie.training.errors import OptimizerStateMismatchError
from ramie.variables import Param

BROKEN = ValueError("trees differ")


@pytest.fixture
def opt_state():
    model = {"w": Param(jnp.ones(2)), "b": Param(jnp.ones(1))}
    return Optimizer(model, optax.adam(0.1)).opt_state


def test_the_same_variables_explain_nothing(opt_state):
    assert explain_failure(opt_state, [("b",), ("w",)], BROKEN) is None


def test_lost_and_new_variables_are_named(opt_state):
    error = explain_failure(opt_state, [("w",), ("c",)], BROKEN)

    assert error.missing == (("c",),)
    assert error.unexpected == (("b",),)


def test_new_variables_explain_only_trees_that_do_not_fit(opt_state):
    now = [("b",), ("c",), ("w",)]

    assert explain_failure(opt_state, now, BROKEN).missing == (("c",),)
    assert explain_failure(opt_state, now, TypeError("an argument is missing")) is None


def test_a_state_without_variables_explains_nothing():
    assert explain_failure((), [("w",)], BROKEN) is None


def test_changed_shapes_are_named_by_path():
    model = {"w": Param(jnp.ones(2))}
    optimizer = Optimizer(model, optax.adam(0.1))
    cells = [optimizer.opt_state[0].mu.w]

    with pytest.raises(OptimizerStateMismatchError) as caught:
        check_shapes(
            {("w",): model["w"]}, [jnp.ones(3)], cells, [jnp.ones(2)], optimizer
        )

    assert caught.value.shapes == {("w",): ((2,), (3,))}

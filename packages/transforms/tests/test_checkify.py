import jax.numpy as jnp
import pytest
from jax.experimental import checkify as jax_checkify

from ramie.graph.errors import SharedInTreeError
from ramie.module import Module
from ramie.transforms import checkify, jit
from ramie.variables import Variable


class Root(Module):
    def __init__(self):
        self.calls = Variable(jnp.array(0))

    def __call__(self, x):
        self.calls.value = self.calls + 1
        jax_checkify.check(x >= 0, "negative")
        return jnp.sqrt(x)


@pytest.mark.parametrize("graph", [True, False])
@pytest.mark.parametrize("around", [lambda f: f, jit])
def test_an_error_is_returned_and_the_module_changes(graph, around):
    root = Root()
    fun = around(checkify(Root.__call__, graph=graph))

    error, value = fun(root, 4.0)
    assert (error.get(), value.item()) == (None, 2.0)

    error, _ = fun(root, -4.0)
    assert "negative" in error.get()
    assert root.calls.value.item() == 2
    with pytest.raises(jax_checkify.JaxRuntimeError, match="negative"):
        error.throw()


def test_a_callable_object_may_be_checked():
    root = Root()

    checkify(root)(1.0)

    assert root.calls.value.item() == 1


def test_the_errors_to_look_for_are_passed_on():
    one = jnp.array(1.0)

    def divide(x, y):
        return x / y

    error, _ = checkify(divide)(one, 0 * one)
    assert error.get() is None

    error, _ = checkify(divide, jax_checkify.div_checks)(one, 0 * one)
    assert "division by zero" in error.get()


def test_tree_mode_refuses_sharing():
    root = Root()
    root.tied = root.calls

    with pytest.raises(SharedInTreeError, match=r"checkify\(\)"):
        checkify(root, graph=False)(1.0)

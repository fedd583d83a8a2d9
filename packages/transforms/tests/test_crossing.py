import jax
import jax.numpy as jnp
import pytest

from ramie.graph import set_graph_mode, set_graph_updates
from ramie.graph.errors import SharedInTreeError
from ramie.module import Module
from ramie.transforms import grad, jit, value_and_grad
from ramie.transforms._crossing import Crossing
from ramie.variables import Param


class Scale(Module):
    def __init__(self):
        self.w = Param(jnp.ones(2))
        self.calls = 0

    def __call__(self, x):
        self.w.value = self.w * 2
        self.calls += 1
        return (self.w * x).sum()


def test_a_function_of_objects_becomes_one_of_arrays():
    model = Scale()
    crossing = Crossing((model, jnp.ones(2)), {})

    result, written = jax.jit(lambda c, v: crossing.pure(Scale.__call__, c, v))(
        crossing.contents, crossing.found.values
    )

    assert model.calls == 0
    assert crossing.apply(result, written).item() == 4.0
    assert model.calls == 1
    assert model.w.value.tolist() == [2.0, 2.0]


@pytest.mark.parametrize("transform", [jit, grad, value_and_grad])
def test_tree_mode_refuses_a_shared_variable(transform):
    model = Scale()
    model.again = model.w

    with pytest.raises(SharedInTreeError) as caught:
        transform(lambda m: m.w.sum(), graph=False)(model)

    assert caught.value.action == f"{transform.__name__}()"
    assert {caught.value.path, caught.value.again} == {("w",), ("again",)}
    with set_graph_mode(False), pytest.raises(SharedInTreeError):
        transform(lambda m: m.w.sum())(model)


@pytest.mark.parametrize("off", [{"graph": False}, {"graph_updates": False}])
@pytest.mark.parametrize("transform", [jit, grad])
def test_without_updates_values_come_back_and_edits_do_not(transform, off):
    model = Scale()

    transform(Scale.__call__, **off)(model, jnp.ones(2))

    assert model.w.value.tolist() == [2.0, 2.0]
    assert model.calls == 0


def test_updates_can_be_switched_between_calls():
    model = Scale()
    step = jit(Scale.__call__)

    step(model, jnp.ones(2))
    with set_graph_updates(False):
        step(model, jnp.ones(2))
    assert model.calls == 1
    assert model.w.value.tolist() == [4.0, 4.0]
    step(model, jnp.ones(2))
    assert model.calls == 2


def test_without_updates_a_variable_that_was_replaced_is_as_it_was():
    model = Scale()

    def replace(model):
        model.w = Param(jnp.zeros(3))
        model.new = Param(jnp.zeros(1))
        return model.new

    new = jit(replace, graph_updates=False)(model)

    assert model.w.value.tolist() == [1.0, 1.0]
    assert not hasattr(model, "new")
    assert new.value.tolist() == [0.0]

import jax
import jax.numpy as jnp
import pytest

from ramie.graph.errors import SharedInTreeError, UnhashableStaticError
from ramie.module import Module
from ramie.transforms import checkpoint, grad, jit, remat, value_and_grad
from ramie.variables import Param, Variable


class Block(Module):
    def __init__(self):
        self.w = Param(jnp.array([1.0, 2.0]))
        self.calls = Variable(jnp.array(0))

    @remat
    def __call__(self, x):
        self.calls.value = self.calls + 1
        return jnp.sin(self.w * x)

    @remat(static_argnums=2)
    def scaled(self, x, negative):
        return -self(x) if negative else self(x)


def sine(block, x):
    block.calls.value = block.calls + 1
    return jnp.sin(block.w * x).sum()


@pytest.mark.parametrize("transform", [remat, remat(), checkpoint, remat(graph=False)])
def test_value_gradient_and_writes_are_those_without_it(transform):
    block, plain = Block(), Block()
    x = jnp.array([0.5, 0.25])

    value, grads = value_and_grad(transform(sine))(block, x)
    expected, plain_grads = value_and_grad(sine)(plain, x)

    assert value.item() == expected.item()
    assert jnp.allclose(grads.w.value, plain_grads.w.value)
    assert block.calls.value.item() == 1


def test_it_is_that_of_jax():
    block = Block()
    ours = jax.make_jaxpr(jax.grad(remat(lambda w: jnp.sin(jnp.sin(w)))))(1.0)
    theirs = jax.make_jaxpr(jax.grad(jax.checkpoint(lambda w: jnp.sin(jnp.sin(w)))))(
        1.0
    )

    def primitives(jaxpr):
        return [eqn.primitive.name for eqn in jaxpr.jaxpr.eqns]

    assert primitives(ours) == primitives(theirs)
    assert block.calls.value.item() == 0


def test_a_policy_says_what_is_kept():
    def count(policy):
        fun = remat(lambda x: jnp.sin(jnp.sin(x)), policy=policy)
        return str(jax.make_jaxpr(jax.grad(fun))(1.0)).count("sin ")

    everything = jax.checkpoint_policies.everything_saveable
    nothing = jax.checkpoint_policies.nothing_saveable

    assert count(everything) < count(nothing)


@pytest.mark.parametrize("prevent", [True, False])
def test_prevent_cse_is_passed_on(prevent):
    fun = remat(lambda x: jnp.sin(jnp.sin(x)), prevent_cse=prevent)

    (eqn,) = jax.make_jaxpr(fun)(1.0).jaxpr.eqns

    assert eqn.params["prevent_cse"] in (prevent, (prevent,))


def test_it_decorates_methods():
    block = Block()

    assert jnp.allclose(block(1.0), jnp.sin(block.w.value))
    assert jnp.allclose(block.scaled(1.0, True), -jnp.sin(block.w.value))
    assert block.calls.value.item() == 2
    assert isinstance(Block.__call__, type(remat(sine)))


def test_a_bound_method_or_callable_object_changes_its_owner():
    block = Block()

    remat(block)(1.0)
    remat(block.scaled, static_argnums=1)(1.0, False)

    assert block.calls.value.item() == 2


@pytest.mark.parametrize("number", [1, -1])
def test_a_static_argument_is_a_constant(number):
    @remat(static_argnums=number)
    def sign(x, negative):
        return -x if negative else x

    assert float(sign(1.0, True)) == -1.0
    assert float(sign(1.0, negative=False)) == 1.0
    with pytest.raises(UnhashableStaticError):
        sign(1.0, [])


def test_structural_edits_reach_the_caller():
    @remat
    def edit(block):
        block.extra = Variable(block.w.value * 2)

    block = Block()
    edit(block)

    assert block.extra.value.tolist() == [2.0, 4.0]


def test_it_works_inside_jit_and_around_it():
    block = Block()

    @jit
    def step(block, x):
        return grad(lambda block: remat(jit(sine))(block, x))(block)

    grads = step(block, 1.0)

    assert jnp.allclose(grads.w.value, jnp.cos(block.w.value))
    assert block.calls.value.item() == 1


def test_tree_mode_refuses_sharing():
    block = Block()
    block.tied = block.w

    with pytest.raises(SharedInTreeError, match=r"remat\(\)"):
        remat(sine, graph=False)(block, 1.0)


def test_it_names_the_function():
    assert repr(remat(sine)) == "remat(sine)"
    assert remat(sine).__name__ == "sine"


def test_constants_of_the_function_come_out_as_arrays():
    block = Block()

    @remat
    def f(block):
        block.calls = Variable(jnp.asarray(3))
        block.bias = jnp.asarray(0.5)
        return jnp.asarray(1.5)

    found = f(block), block.bias, block.calls.value

    assert [isinstance(value, jax.Array) for value in found] == [True] * 3

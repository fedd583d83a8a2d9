"""Examples of the early API: partial_init and set_attributes."""

import jax
import jax.numpy as jnp
import pytest

from ramie.experimental import nnx


class Block(nnx.Module):
    def __init__(self, din, dout, *, rngs: nnx.Rngs):
        self.linear = nnx.Linear(din, dout, rngs=rngs)
        self.dropout = nnx.Dropout(0.5, deterministic=False)
        self.batch_norm = nnx.BatchNorm(10, use_running_average=False, rngs=rngs)


def modes(block):
    return block.dropout.deterministic, block.batch_norm.use_running_average


def test_partial_init_takes_what_is_known_and_makes_the_rest():
    bias = jax.random.normal(jax.random.key(0), (4,))
    state = nnx.State({"bias": bias})  # in reality load it from a checkpoint
    linear = nnx.Linear.partial_init(state)(2, 4, rngs=nnx.Rngs(1))
    y = linear(jnp.ones((1, 2)))

    assert jnp.allclose(linear.bias, bias)
    assert y.shape == (1, 4)


def test_partial_init_is_making_and_updating():
    bias = jnp.arange(4.0)
    module = nnx.Linear(2, 4, rngs=nnx.Rngs(1))
    module.update(nnx.State({"bias": bias}))

    partial = nnx.Linear.partial_init(nnx.State({"bias": bias}))
    same = partial(2, 4, rngs=nnx.Rngs(1))

    assert jnp.allclose(same.kernel.value, module.kernel.value)
    assert same.bias.value.tolist() == module.bias.value.tolist() == bias.tolist()


def test_set_attributes_reaches_the_modules_below():
    block = Block(2, 5, rngs=nnx.Rngs(0))
    assert modes(block) == (False, False)

    block.set_attributes(deterministic=True, use_running_average=True)

    assert modes(block) == (True, True)


def test_filters_choose_the_modules_whose_attributes_are_set():
    block = Block(2, 5, rngs=nnx.Rngs(0))

    block.set_attributes(nnx.Dropout, deterministic=True, use_running_average=True)

    # Only the dropout will be modified
    assert modes(block) == (True, False)


def test_an_attribute_that_no_module_has_is_refused_unless_told_otherwise():
    block = Block(2, 5, rngs=nnx.Rngs(0))

    with pytest.raises(ValueError, match="'nope'"):
        block.set_attributes(deterministic=True, nope=1)
    assert modes(block) == (False, False)

    block.set_attributes(deterministic=True, nope=1, raise_if_not_found=False)
    assert modes(block) == (True, False)


def test_merge_puts_structure_and_states_together():
    params, rest, graphdef = Block(2, 5, rngs=nnx.Rngs(0)).split(nnx.Param, ...)

    block = nnx.merge(graphdef, params, rest)

    assert block.linear(jnp.ones((1, 2))).shape == (1, 5)

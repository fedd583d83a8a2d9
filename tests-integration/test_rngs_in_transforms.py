"""Streams that are split, forked or copied around and inside of transforms."""

import jax
import jax.numpy as jnp
import pytest

from ramie.graph import clone
from ramie.module import Module, Rngs, fork_rngs, reseed, split_rngs, with_rngs
from ramie.transforms import grad, jit
from ramie.variables import Param


class Noisy(Module):
    """Adds noise that is scaled by a parameter."""

    def __init__(self, rngs):
        self.scale = Param(jnp.ones(()))
        self.rngs = rngs.fork()

    def __call__(self, x):
        return x + self.scale * self.rngs.noise.normal(x.shape)


def facts(rngs):
    return {
        name: (stream.key.shape, int(stream.count.value))
        for name, stream in rngs.items()
    }


def first_key(rngs):
    """The first of the keys that a stream holds."""
    return rngs.default.key.value.reshape(-1)[0]


def test_a_compiled_function_with_split_streams_leaves_them_restored():
    @split_rngs(splits=2)
    @jit
    def f(rngs):
        return first_key(rngs)

    rngs = Rngs(0)
    key = jax.random.split(clone(rngs)(), 2)[0]

    assert bool(f(rngs) == key)
    assert facts(rngs) == {"default": ((), 1)}


def test_streams_split_inside_of_a_compiled_function_are_restored():
    @jit
    @split_rngs(splits=2)
    def f(rngs):
        return first_key(rngs)

    rngs = Rngs(0)
    key = jax.random.split(clone(rngs)(), 2)[0]

    assert bool(f(rngs) == key)
    assert facts(rngs) == {"default": ((), 1)}


def test_a_split_that_stays_reaches_the_caller():
    rngs = Rngs(0)

    jit(lambda rngs: [*split_rngs(rngs, splits=2)] and None)(rngs)

    assert rngs.default.key.shape == rngs.default.count.shape == (2,)


def test_keys_drawn_inside_go_on_outside():
    rngs, other = Rngs(0), Rngs(0)

    inside = [jit(lambda rngs: rngs())(rngs) for _ in range(3)]

    assert [bool(key == other()) for key in inside] == [True] * 3
    assert bool(rngs() == other())


def test_a_compiled_function_is_not_compiled_again_for_restored_streams():
    traced = []

    @split_rngs(splits=2)
    @jit
    def f(rngs):
        traced.append(rngs)
        return first_key(rngs)

    rngs = Rngs(0)
    keys = [f(rngs) for _ in range(3)]

    assert len(traced) == 1
    assert len({tuple(jax.random.key_data(key).tolist()) for key in keys}) == 3


@pytest.mark.parametrize("inside", [False, True])
def test_gradients_with_forked_streams_are_those_of_the_forked_keys(inside):
    def loss(model, x):
        return jnp.sum(model(x))

    fork = fork_rngs()
    differentiated = grad(fork(loss)) if inside else fork(grad(loss))
    model = Noisy(Rngs(0))
    x = jnp.ones(3)
    forked = clone(model).rngs.fork()

    found = differentiated(model, x)

    assert bool(found["scale"].value == forked.noise.normal((3,)).sum())
    assert facts(model.rngs) == {"default": ((), 1)}


def test_a_compiled_function_gets_copies_with_other_streams():
    @with_rngs(broadcast=3)
    @jit
    def f(rngs):
        return rngs.default.key.value

    rngs = Rngs(0)
    key = clone(rngs)()

    assert bool((f(rngs) == key).all())
    assert facts(rngs) == {"default": ((), 1)}


def test_streams_can_be_reseeded_inside():
    @jit
    def f(rngs, seed):
        reseed(rngs, default=seed)
        return rngs()

    rngs, other = Rngs(0), Rngs(0)
    reseed(other, default=7)

    assert bool(f(rngs, 7) == other())
    assert bool(rngs() == other())


def test_a_function_that_fails_while_it_is_traced_leaves_streams_restored():
    @split_rngs(splits=2)
    @jit
    def f(rngs):
        rngs()

    rngs = Rngs(0)

    with pytest.raises(ValueError, match=r"'default'.*\(2,\)"):
        f(rngs)

    assert facts(rngs) == {"default": ((), 1)}

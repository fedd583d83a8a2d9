"""Functional: two functions for a class of nnx modules."""

import jax.numpy as jnp
import pytest

from ramie.graph import merge
from ramie.layers import Linear
from ramie.linen import bridge
from ramie.linen.bridge.errors import NotConstructedError
from ramie.module import Rngs


@pytest.mark.parametrize("late", [True, False], ids=["init", "class"])
def test_keys_are_given_to_init_or_to_the_class(late):
    linear = bridge.functional(Linear)(2, 3, **({} if late else {"rngs": Rngs(0)}))

    state = linear.init(**({"rngs": Rngs(0)} if late else {}))

    y, (graphdef, state) = linear.apply(state)(jnp.ones((1, 2)))
    assert (merge(graphdef, state)(jnp.ones((1, 2))) == y).all()


def test_apply_needs_the_structure():
    with pytest.raises(NotConstructedError, match="Linear"):
        bridge.functional(Linear)(2, 3).apply({})

import inspect
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramie.layers import functional
from ramie.layers.functional import _activations

NAMES = [
    name
    for name in vars(_activations)
    if name[0] != "_" and hasattr(jax.nn, name) and hasattr(functional, name)
]


@pytest.mark.parametrize("name", NAMES)
def test_every_activation_does_what_that_of_jax_does(name):
    ours, theirs = getattr(functional, name), getattr(jax.nn, name)
    more = (4,) if name == "one_hot" else ()
    x = jnp.array([0, 2]) if more else jnp.linspace(-3.0, 3.0, 6)

    np.testing.assert_array_equal(ours(x, *more), theirs(x, *more))
    assert inspect.signature(ours) == inspect.signature(theirs)


@pytest.mark.parametrize("name", NAMES)
def test_every_activation_can_be_pickled(name):
    activation = getattr(functional, name)

    assert pickle.loads(pickle.dumps(activation)) is activation


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(-30, 30, width=32), min_size=4, max_size=4))
def test_softmax_gives_probabilities(logits):
    probabilities = functional.softmax(jnp.asarray(logits, jnp.float32))

    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(), 1, rtol=1e-5)


def test_one_hot_marks_the_class_and_drops_what_lies_outside():
    rows = functional.one_hot(jnp.array([1, 3]), 3)

    np.testing.assert_array_equal(rows, [[0, 1, 0], [0, 0, 0]])

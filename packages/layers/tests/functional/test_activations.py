import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramie.layers import functional
from ramie.layers.functional import _activations


@pytest.mark.parametrize("name", _activations.__all__)
def test_every_activation_is_the_one_of_jax(name):
    assert getattr(functional, name) is getattr(jax.nn, name)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(-30, 30, width=32), min_size=1, max_size=8))
def test_softmax_gives_probabilities(logits):
    probabilities = functional.softmax(jnp.asarray(logits, jnp.float32))

    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(), 1, rtol=1e-5)


def test_one_hot_marks_the_class_and_drops_what_lies_outside():
    rows = functional.one_hot(jnp.array([1, 3]), 3)

    np.testing.assert_array_equal(rows, [[0, 1, 0], [0, 0, 0]])

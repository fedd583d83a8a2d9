import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn

X = jnp.arange(6.0).reshape(2, 3)


def test_layers_are_applied_in_order():
    net = nn.Sequential([lambda x: x + 1, lambda x: x * 2])
    np.testing.assert_array_equal(net.apply({}, X), (X + 1) * 2)


def test_modules_in_it_are_its_submodules():
    net = nn.Sequential([nn.Dense(2), nn.relu, nn.Dense(1)])
    assert set(net.init(jax.random.key(0), X)["params"]) == {"layers_0", "layers_2"}


def test_tuples_and_dicts_are_arguments_of_the_next():
    net = nn.Sequential(
        [lambda x: (x, 2), lambda x, y: {"a": x, "b": y}, lambda a, b: a * b]
    )
    np.testing.assert_array_equal(net.apply({}, X), 2 * X)


def test_it_needs_a_sequence():
    with pytest.raises(ValueError, match="sequence of layers"):
        nn.Sequential(nn.relu)


def test_it_needs_a_layer():
    with pytest.raises(ValueError, match="no layers"):
        nn.Sequential([]).apply({}, X)


def test_leading_axes_become_one_for_a_call():
    shapes = []

    def seen(x, by, *, plus):
        shapes.append(x.shape)
        return x * by + plus

    x = jnp.ones((2, 3, 4))
    y = nn.BatchApply(seen)(x, 2.0, plus=x)
    assert shapes == [(6, 4)]
    np.testing.assert_array_equal(y, 3 * x)


def test_without_an_array_there_is_no_batch():
    with pytest.raises(ValueError, match="no array"):
        nn.BatchApply(lambda x: x)(1.0)

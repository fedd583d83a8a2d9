import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import graph
from ramie.layers import Linear, WeightNorm
from ramie.layers.errors import AxisError, NoVariableError
from ramie.module import Module, Rngs
from ramie.variables import Param


def test_weights_of_each_feature_get_the_length_of_their_scale():
    layer = WeightNorm(
        Linear(3, 4, use_bias=False, rngs=Rngs(0)),
        scale_init=jax.nn.initializers.uniform(1.0),
        rngs=Rngs(1),
    )

    kernel = layer(jnp.eye(3))

    lengths = np.linalg.norm(np.asarray(kernel), axis=0)
    np.testing.assert_allclose(lengths, layer.scales["kernel",].get_value(), rtol=1e-5)


def test_an_axis_that_no_weight_has_is_refused():
    with pytest.raises(AxisError, match="WeightNorm: axis 4"):
        WeightNorm(Linear(3, 4, rngs=Rngs(0)), feature_axes=4, rngs=Rngs(0))


def test_a_weight_that_two_layers_share_is_normalized_in_both():
    class Tied(Module):
        def __init__(self, rngs):
            self.a = Linear(3, 3, use_bias=False, rngs=rngs)
            self.b = Linear(3, 3, use_bias=False, rngs=rngs)
            self.b.kernel = self.a.kernel

        def __call__(self, x):
            return self.a(x), self.b(x)

    for kernel in WeightNorm(Tied(Rngs(0)), rngs=Rngs(1))(jnp.eye(3)):
        np.testing.assert_allclose(np.linalg.norm(kernel, axis=0), 1, rtol=1e-5)


@pytest.mark.parametrize("settings", [{}, {"variable_filter": Param}])
def test_a_pure_copy_normalizes_what_has_a_scale(settings):
    inner = Linear(3, 4, use_bias=False, rngs=Rngs(0))
    layer = WeightNorm(inner, **settings, rngs=Rngs(1))

    pure = graph.as_pure(layer)

    np.testing.assert_array_equal(pure(jnp.eye(3)), layer(jnp.eye(3)))


def test_a_pure_copy_without_scales_needs_a_filter_that_sees_paths():
    inner = Linear(3, 4, use_bias=False, rngs=Rngs(0))
    by_path, by_type = (
        WeightNorm(inner, use_scale=False, **settings, rngs=Rngs(1))
        for settings in ({}, {"variable_filter": Param})
    )

    expected = by_type(jnp.eye(3))

    np.testing.assert_array_equal(graph.as_pure(by_path)(jnp.eye(3)), expected)
    with pytest.raises(NoVariableError, match="for variable_filter to select it"):
        graph.as_pure(by_type)(jnp.eye(3))

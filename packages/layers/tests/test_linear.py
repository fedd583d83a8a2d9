import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import graph
from ramie.layers import Linear
from ramie.layers.errors import FeatureCountError, RngsTypeError, SizeError
from ramie.module import Rngs
from ramie.variables import Param


def test_a_linear_layer_computes_its_formula():
    layer = Linear(3, 4, bias_init=jax.nn.initializers.normal(1.0), rngs=Rngs(0))
    inputs = jnp.asarray(np.random.default_rng(1).normal(size=(2, 3)), jnp.float32)

    outputs = layer(inputs)

    expected = inputs @ layer.kernel.value + layer.bias.value[None]
    np.testing.assert_allclose(outputs, expected, rtol=1e-6)


def test_kernel_and_bias_are_its_only_parameters():
    state = graph.state(Linear(3, 4, rngs=Rngs(0)), Param)

    assert [path for path, _ in state.flat_state()] == [("bias",), ("kernel",)]


def test_without_a_bias_there_is_none():
    layer = Linear(3, 4, use_bias=False, rngs=Rngs(0))

    assert layer.bias is None
    assert len(graph.state(layer).flat_state()) == 1


def test_each_parameter_takes_one_key_the_kernel_first():
    keys = []

    def note(key, shape, dtype):
        keys.append(key)
        return jnp.zeros(shape, dtype)

    Linear(3, 4, kernel_init=note, bias_init=note, rngs=Rngs(0))

    rngs = Rngs(0)
    assert keys == [rngs.params(), rngs.params()]


def test_parameters_compute_in_the_dtype_of_the_layer():
    layer = Linear(3, 4, dtype=jnp.bfloat16, rngs=Rngs(0))

    assert layer.kernel.value.dtype == jnp.float32
    assert layer(jnp.ones((2, 3))).dtype == jnp.bfloat16


def test_promotion_can_be_replaced():
    def only_inputs(args, /, *, dtype=None, inexact=True):
        inputs, kernel, bias = args
        return inputs, jnp.ones_like(kernel), jnp.zeros_like(bias)

    layer = Linear(3, 4, promote_dtype=only_inputs, rngs=Rngs(0))

    assert (layer(jnp.ones((2, 3))) == 3).all()


def test_metadata_reaches_the_variables():
    layer = Linear(
        3,
        4,
        kernel_metadata={"role": "weights"},
        bias_metadata={"role": "offset"},
        rngs=Rngs(0),
    )

    assert layer.kernel.role == "weights"
    assert layer.bias.role == "offset"


def test_the_same_layer_twice_has_one_structure():
    first, second = (graph.graphdef(Linear(3, 4, rngs=Rngs(seed))) for seed in (0, 1))

    assert first == second


def test_a_wrong_number_of_features_is_refused():
    with pytest.raises(FeatureCountError, match="build the layer for 5"):
        Linear(3, 4, rngs=Rngs(0))(jnp.ones((2, 5)))


@pytest.mark.parametrize("size", [-1, 3.0, None])
def test_a_size_that_is_none_is_refused_by_name(size):
    with pytest.raises(SizeError, match="out_features must be an int") as caught:
        Linear(3, size, rngs=Rngs(0))

    assert caught.value.given == size


@pytest.mark.parametrize("rngs", [None, 0, jax.random.key(0)])
def test_anything_but_streams_is_refused(rngs):
    with pytest.raises(RngsTypeError, match=r"Make streams with ramie.module.Rngs\(0"):
        Linear(3, 4, rngs=rngs)

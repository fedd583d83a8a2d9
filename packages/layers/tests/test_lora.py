import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import graph
from ramie.layers import Linear, LinearGeneral, LoRA, LoRALinear, LoRAParam
from ramie.layers.errors import CountError, FeatureCountError, LoRABaseError
from ramie.module import Rngs

NORMAL = jax.nn.initializers.normal(1.0)
X = jnp.asarray(np.random.default_rng(0).normal(size=(5, 6)), jnp.float32)


def test_an_adaptation_is_added_to_its_base():
    base = Linear(6, 4, rngs=Rngs(0))

    layer = LoRA(6, 2, 4, base_module=base, b_initializer=NORMAL, rngs=Rngs(1))

    low = X @ layer.lora_a.value @ layer.lora_b.value
    np.testing.assert_allclose(layer(X), base(X) + low, rtol=1e-4, atol=1e-5)


def test_a_base_may_map_several_axes_to_several():
    base = LinearGeneral((2, 3), (4, 5), axis=(-2, -1), rngs=Rngs(0))
    layer = LoRA(6, 2, 20, base_module=base, b_initializer=NORMAL, rngs=Rngs(1))

    outputs = layer(X.reshape(5, 2, 3))

    low = X @ layer.lora_a.value @ layer.lora_b.value
    expected = base(X.reshape(5, 2, 3)) + low.reshape(5, 4, 5)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


def test_a_linear_with_an_adaptation_starts_as_the_linear():
    layer = LoRALinear(6, 4, lora_rank=2, rngs=Rngs(0))

    np.testing.assert_array_equal(layer(X), Linear(6, 4, rngs=Rngs(0))(X))
    assert len(graph.state(layer, LoRAParam).flat_state()) == 2


def test_a_rank_below_one_is_refused():
    with pytest.raises(CountError, match="lora_rank"):
        LoRA(6, 0, 4, rngs=Rngs(0))


def test_a_base_that_cannot_be_called_is_refused():
    with pytest.raises(LoRABaseError, match="not callable"):
        LoRA(6, 2, 4, base_module=3, rngs=Rngs(0))


def test_a_base_with_other_features_is_refused():
    layer = LoRA(6, 2, 4, base_module=lambda x: x, rngs=Rngs(0))

    with pytest.raises(LoRABaseError, match=r"\(5, 6\)"):
        layer(X)


@pytest.mark.parametrize("base", [None, lambda x: x])
def test_other_features_are_refused(base):
    with pytest.raises(FeatureCountError, match="must hold 7"):
        LoRA(7, 2, 4, base_module=base, rngs=Rngs(0))(X)

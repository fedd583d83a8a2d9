import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import layers
from ramie.layers.errors import InputDtypeError, InputTypeError
from ramie.layers.functional._inputs import as_array
from ramie.module import Rngs
from ramie.variables import Param

NO_ARRAYS = (None, "hello", {"a": 1}, object(), jnp.ones, [[1.0], [2.0, 3.0]], ["a"])


def arrays_of_every_layer():
    rngs = Rngs(0)
    return {
        "Linear": layers.Linear(2, 2, rngs=rngs),
        "LinearGeneral": layers.LinearGeneral(2, 2, rngs=rngs),
        "Einsum": layers.Einsum("ab,bc->ac", (2, 2), rngs=rngs),
        "Conv": layers.Conv(2, 2, 1, rngs=rngs),
        "ConvTranspose": layers.ConvTranspose(2, 2, 1, rngs=rngs),
        "Embed": layers.Embed(2, 2, rngs=rngs),
        "Embed.attend": layers.Embed(2, 2, rngs=rngs).attend,
        "BatchNorm": layers.BatchNorm(2, rngs=rngs),
        "LayerNorm": layers.LayerNorm(2, rngs=rngs),
        "RMSNorm": layers.RMSNorm(2, rngs=rngs),
        "GroupNorm": layers.GroupNorm(2, 1, rngs=rngs),
        "InstanceNorm": layers.InstanceNorm(2, rngs=rngs),
        "Dropout": layers.Dropout(0.5, rngs=rngs),
        "PReLU": layers.PReLU(),
        "RoPE": layers.RoPE(),
        "LoRA": layers.LoRA(2, 1, 2, rngs=rngs),
        "MultiHeadAttention inputs_q": layers.MultiHeadAttention(
            1, 2, decode=False, rngs=rngs
        ),
        "RNN": layers.RNN(layers.GRUCell(2, 2, rngs=rngs)),
    }


def test_every_layer_refuses_what_is_no_array_by_its_own_name():
    for place, layer in arrays_of_every_layer().items():
        for given in NO_ARRAYS:
            with pytest.raises(InputTypeError, match=f"^{place}: inputs must be an"):
                layer(given)


def test_every_layer_refuses_arrays_without_numbers_by_its_own_name():
    for place, layer in arrays_of_every_layer().items():
        for given in (np.array(["a"]), jax.random.key(0)):
            with pytest.raises(InputDtypeError, match=f"^{place}: .* numeric dtype"):
                layer(given)


@pytest.mark.parametrize("given", [np.ones(2), jnp.ones(2), Param(jnp.ones(2))])
def test_an_array_stays_the_very_same(given):
    assert as_array("Linear", given) is given


def test_what_turns_itself_into_an_array_is_left_to_jax():
    class Lazy:
        def __jax_array__(self):
            return jnp.ones(2)

    lazy = Lazy()

    assert as_array("Linear", lazy) is lazy


@pytest.mark.parametrize("given", [1.0, 2, [1, 2], ((1.0,), (2.0,))])
def test_numbers_and_nested_lists_become_arrays(given):
    array = as_array("Linear", given)

    assert isinstance(array, jax.Array)
    np.testing.assert_array_equal(array, np.asarray(given))

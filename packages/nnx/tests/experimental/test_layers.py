import jax.numpy as jnp
import pytest

from ramie import layers
from ramie.experimental import nnx

MADE = {
    "BatchNorm": lambda of, rngs: of.BatchNorm(3, rngs=rngs),
    "Conv": lambda of, rngs: of.Conv(3, 4, (3,), rngs=rngs),
    "Dropout": lambda of, rngs: of.Dropout(0.5, rngs=rngs),
    "LayerNorm": lambda of, rngs: of.LayerNorm(3, rngs=rngs),
    "Linear": lambda of, rngs: of.Linear(3, 4, rngs=rngs),
}


@pytest.mark.parametrize("name", MADE)
def test_a_layer_computes_what_that_of_today_does(name):
    early, now = (MADE[name](of, nnx.Rngs(0)) for of in (nnx, layers))
    x = jnp.arange(24.0).reshape(2, 4, 3)

    assert isinstance(early, nnx.Module)
    assert isinstance(early, getattr(layers, name))
    assert jnp.array_equal(early(x), now(x))


def test_an_embedding_is_one_too():
    early, now = (of.Embed(5, 2, rngs=nnx.Rngs(0)) for of in (nnx, layers))

    assert isinstance(early, nnx.Module)
    assert jnp.array_equal(early(jnp.arange(3)), now(jnp.arange(3)))

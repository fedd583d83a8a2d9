"""Layers under a mesh whose shardings are part of the types of arrays."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.sharding import AxisType
from jax.sharding import PartitionSpec as P

from ramie import layers
from ramie.module import Rngs
from ramie.transforms import eval_shape


@pytest.fixture(autouse=True)
def mesh():
    sizes = (jax.device_count(), 1)
    explicit = (AxisType.Explicit, AxisType.Explicit)
    with jax.set_mesh(jax.make_mesh(sizes, ("data", "model"), axis_types=explicit)):
        yield


def batch(*shape, dtype=jnp.float32):
    rows = 2 * jax.device_count()
    whole = jnp.asarray(
        np.random.default_rng(0).normal(size=(rows, *shape)), jnp.float32
    ).astype(dtype)
    return jax.device_put(whole, P("data", *(None for _ in shape)))


def spec(array):
    return jax.typeof(array).sharding.spec


def attention(rngs, **settings):
    modes = {"decode": False, "deterministic": False}
    return layers.MultiHeadAttention(2, 4, **modes, **settings, rngs=rngs)


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda rngs: layers.Linear(4, 2, rngs=rngs), (4,)),
        (lambda rngs: layers.Conv(4, 2, (3, 3), rngs=rngs), (6, 6, 4)),
        (lambda rngs: layers.BatchNorm(4, rngs=rngs), (4,)),
        (lambda rngs: layers.LayerNorm(4, rngs=rngs), (4,)),
        (lambda rngs: layers.Dropout(0.5, rngs=rngs), (4,)),
        (lambda rngs: layers.Dropout(0.5, broadcast_dims=(0,), rngs=rngs), (4,)),
        (lambda _: lambda x: layers.max_pool(x, (2,)), (6, 4)),
        (lambda rngs: layers.LinearGeneral(4, (2, 3), rngs=rngs), (4,)),
        (lambda rngs: layers.Einsum("nta,ab->ntb", (4, 2), (2,), rngs=rngs), (6, 4)),
        (lambda rngs: layers.LoRALinear(4, 2, lora_rank=2, rngs=rngs), (4,)),
        (attention, (6, 4)),
        (lambda rngs: attention(rngs, dropout_rate=0.5, normalize_qk=True), (6, 4)),
        (lambda _: layers.PReLU(), (4,)),
        (lambda _: layers.RoPE(), (6, 2, 4)),
    ],
    ids=[
        "Linear",
        "Conv",
        "BatchNorm",
        "LayerNorm",
        "Dropout",
        "shared",
        "max_pool",
        "LinearGeneral",
        "Einsum",
        "LoRALinear",
        "MultiHeadAttention",
        "attention with dropout",
        "PReLU",
        "RoPE",
    ],
)
def test_the_batch_stays_where_it_is(make, shape):
    outputs = eval_shape(lambda rngs, x: make(rngs)(x), Rngs(0), batch(*shape))

    assert outputs.sharding.spec[0] == "data"


def test_a_mask_does_not_depend_on_the_sharding():
    inputs = batch(4)

    sharded = layers.Dropout(0.5, rngs=Rngs(0))(inputs)

    whole = layers.Dropout(0.5, rngs=Rngs(0))(jax.device_put(inputs, P(None, None)))
    np.testing.assert_array_equal(sharded, whole)


@pytest.mark.parametrize(
    "make",
    [
        lambda rngs: layers.Linear(4, 2, rngs=rngs),
        lambda rngs: layers.LinearGeneral(4, 2, rngs=rngs),
        lambda rngs: layers.Einsum("na,ab->nb", (4, 2), (2,), rngs=rngs),
    ],
    ids=["Linear", "LinearGeneral", "Einsum"],
)
def test_products_can_be_spread_over_features(make):
    outputs = eval_shape(
        lambda inputs: make(Rngs(0))(inputs, out_sharding=P("data", "model")), batch(4)
    )

    assert outputs.sharding.spec == P("data", "model")


def test_attention_can_be_spread_over_heads_and_outputs():
    layer = attention(Rngs(0))

    outputs = layer(
        batch(6, 4),
        qkv_sharding=P("data", None, "model", None),
        out_sharding=P("data", None, "model"),
    )

    assert spec(outputs) == P("data", None, "model")


def test_a_decoding_step_stays_where_its_inputs_are_and_the_cache_stays_too():
    layer, inputs = attention(Rngs(0)), batch(1, 4)
    sizes = (len(inputs), 3, 4)
    layer.init_cache(sizes)
    whole = spec(layer.cached_key[...])

    outputs = layer(inputs, decode=True)

    assert spec(outputs)[0] == "data"
    assert spec(layer.cached_key[...]) == whole
    layer.init_cache(sizes, out_sharding=P("data", None, None, None))
    np.testing.assert_allclose(layer(inputs, decode=True), outputs, rtol=1e-5)
    assert spec(layer.cached_value[...])[0] == "data"


def test_a_cache_has_its_heads_where_the_kernel_has_them():
    metadata = {"out_sharding": (None, "model", None)}
    layer = attention(Rngs(0), use_bias=False, kernel_metadata=metadata)

    layer.init_cache((8, 3, 4))

    assert spec(layer.cached_key[...]) == P(None, None, "model", None)


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda **given: layers.LinearGeneral(4, (2, 3), **given), (4, 2, 3)),
        (lambda **given: layers.Einsum("na,abc->nbc", (4, 2, 3), **given), (4, 2, 3)),
    ],
    ids=["LinearGeneral", "Einsum"],
)
def test_a_kernel_is_made_where_its_metadata_says(make, shape):
    names = (None, "model", None)

    layer = make(kernel_metadata={"out_sharding": names}, rngs=Rngs(0))

    assert layer.kernel.shape == shape
    assert spec(layer.kernel[...]) == P(*names)


def test_lookups_can_be_spread_over_features():
    layer = layers.Embed(5, 3, rngs=Rngs(0))

    vectors = layer(batch(dtype=jnp.int32), out_sharding=P("data", "model"))

    assert spec(vectors) == P("data", "model")


def test_logits_can_be_spread_over_the_vocabulary():
    layer = layers.Embed(5, 4, rngs=Rngs(0))

    logits = layer.attend(batch(4), out_sharding=P("data", "model"))

    assert spec(logits) == P("data", "model")

"""Calls that both libraries refuse: wrong shapes, sizes, axes and settings."""

import jax.numpy as jnp

from ..case import Case, array, function, layer, whole


def stepping(name, *shapes):
    """A cell on a carry and inputs of wrong shapes."""

    def make(nnx, rngs):
        return getattr(nnx, name)(3, 4, rngs=rngs)

    def run(_nnx, cell, carry, x):
        return cell((carry, carry) if "LSTM" in name else carry, x)

    arrays = tuple(array(*shape) for shape in shapes)
    return Case(name, f"{shapes}", arrays, run, make)


def over_time(*shape):
    """An RNN on inputs without time, or of another size."""

    def make(nnx, rngs):
        return nnx.RNN(nnx.GRUCell(3, 4, rngs=rngs))

    def run(_nnx, made, x):
        return made(x)

    return Case("RNN", f"{shape}", (array(*shape),), run, make)


def decoding(*shape, cached=True):
    """A step whose shape the cache has no room for."""

    def make(nnx, rngs):
        made = nnx.MultiHeadAttention(4, 8, decode=True, rngs=rngs)
        if cached:
            made.init_cache((2, 5, 8))
        return made

    def run(_nnx, made, x):
        return made(x)

    label = f"decode-{shape}-{cached}"
    return Case("MultiHeadAttention", label, (array(*shape),), run, make)


def attention(*args, inputs=(2, 5, 8), **call):
    call = {"decode": False, "deterministic": True, **call}
    return layer("MultiHeadAttention", *args, inputs=inputs, call=call)


CASES = [
    layer("Linear", 3, 5, inputs=(4, 2)),
    layer("Linear", 3, 5, inputs=()),
    layer("Linear", 3, 5, dtype=jnp.int32),
    layer("LinearGeneral", 3, 5, inputs=(4, 2)),
    layer("LinearGeneral", (2, 3), 5, axis=(0, 1), inputs=(3, 2)),
    layer("LinearGeneral", 3, 5, axis=(0, 1)),
    layer("Einsum", "na,ab->nb", (2, 4), (4,), inputs=(6, 3)),
    layer("Einsum", "na,ab", (2, 4), (4,), inputs=(6, 2)),
    layer("Einsum", "na,ab,bc->nc", (2, 4), (4,), inputs=(6, 2)),
    layer("Embed", 7, 5, inputs=(4, 3)),
    layer("LoRA", 3, 2, 4, inputs=(4, 2)),
    layer("LoRALinear", 3, 4, lora_rank=2, inputs=(4, 2)),
    layer("Conv", 2, 5, (3, 3), inputs=(2, 6, 7, 3)),
    layer("Conv", 2, 5, (3, 3), inputs=(2,)),
    layer("Conv", 2, 5, (3, 3), padding="SOME", inputs=(2, 6, 7, 2)),
    layer("Conv", 2, 5, (3, 3), padding="CAUSAL", inputs=(2, 6, 7, 2)),
    layer("Conv", 2, 5, (3, 3), strides=(1, 2, 3), inputs=(2, 6, 7, 2)),
    layer("Conv", 2, 5, (3, 3), mask=jnp.ones((2, 2)), inputs=(2, 6, 7, 2)),
    layer("ConvTranspose", 2, 5, (3, 3), inputs=(2, 6, 7, 3)),
    layer("ConvTranspose", 2, 5, (3, 3), mask=jnp.ones((2, 2)), inputs=(2, 6, 7, 2)),
    function("avg_pool", array(2, 6, 3), args=((2, 2, 2),)),
    function("max_pool", array(2, 6, 7, 3), args=((2, 2),), strides=(1, 2, 3)),
    layer("BatchNorm", 3, inputs=(4, 2)),
    layer("BatchNorm", 3, axis=5),
    layer("BatchNorm", 3, use_running_average=None),
    layer("LayerNorm", 3, inputs=(4, 2)),
    layer("LayerNorm", 3, reduction_axes=4),
    layer("RMSNorm", 3, inputs=(4, 2)),
    layer("GroupNorm", 6, 4, inputs=(2, 6)),
    layer("GroupNorm", 6, 3, 2, inputs=(2, 6)),
    layer("GroupNorm", 6, 3, inputs=(2, 5)),
    layer("InstanceNorm", 6, inputs=(2, 4, 5)),
    layer("Dropout", 0.5, deterministic=None),
    attention(3, 8),
    attention(4, 8, 16, 8, 3),
    attention(4, 8, inputs=(2, 5, 7)),
    attention(4, 8, inputs=[(2, 5, 8), (2, 5, 7)]),
    attention(4, 8, mask=jnp.ones((2, 1, 3, 3))),
    layer("MultiHeadAttention", 4, 8, inputs=(2, 5, 8)),
    decoding(2, 2, 8),
    decoding(3, 1, 8),
    decoding(2, 1, 8, cached=False),
    function("dot_product_attention", array(5, 4, 8), array(7, 4, 8), array(6, 4, 8)),
    function("dot_product_attention", array(5, 4, 8), array(7, 4, 6), array(7, 4, 8)),
    function("dot_product_attention", array(5, 4, 8), array(7, 3, 8), array(7, 3, 8)),
    function(
        "dot_product_attention", array(5, 4, 8), array(2, 7, 4, 8), array(7, 4, 8)
    ),
    function("combine_masks", jnp.ones((2, 3)), jnp.ones((1, 2, 3))),
    stepping("SimpleCell", (2, 4), (2, 5)),
    stepping("SimpleCell", (2, 5), (2, 3)),
    stepping("LSTMCell", (2, 4), (2, 5)),
    stepping("OptimizedLSTMCell", (2, 5), (2, 3)),
    stepping("GRUCell", (2, 4), (2, 5)),
    stepping("GRUCell", (2, 5), (2, 3)),
    over_time(2, 5, 4),
    over_time(3),
    function("one_hot", whole(3, below=2), row="activations"),
]

"""Products, tables and low-rank additions: Linear and its relatives."""

import jax.numpy as jnp

from ..case import Case, array, layer, whole, words
from ..reference import theirs

NORMAL = theirs.initializers.normal(1.0)
ORTHOGONAL = theirs.initializers.orthogonal()
HALF, WIDER = jnp.bfloat16, {"preferred_element_type": jnp.float32}


def on_a_linear(rank=2, **settings):
    """LoRA around a layer of its own."""

    def make(nnx, rngs):
        inner = nnx.Linear(3, 4, rngs=rngs)
        return nnx.LoRA(3, rank, 4, base_module=inner, rngs=rngs, **settings)

    def run(_nnx, made, x):
        return made(x)

    return Case("LoRA", words(["base_module"], settings), (array(5, 3),), run, make)


def attended(**settings):
    """The table of an Embed as the last layer of a model."""

    def make(nnx, rngs):
        return nnx.Embed(7, 5, rngs=rngs, **settings)

    def run(_nnx, made, x):
        return made.attend(x)

    return Case(
        "Embed",
        words(["attend"], settings),
        (array(4, 5),),
        run,
        make,
        dtype=settings.get("dtype") or jnp.float32,
    )


def sequential(label, *shape, make, calls=1):
    """A Sequential of what `make` gives."""

    def begin(nnx, rngs):
        return nnx.Sequential(*make(nnx, rngs))

    def run(_nnx, made, x):
        return made(x)

    return Case("Sequential", label, (array(*shape),), run, begin, calls)


CASES = [
    layer("Linear", 3, 5),
    layer("Linear", 3, 5, inputs=(3,)),
    layer("Linear", 3, 5, inputs=(2, 1, 4, 3)),
    layer("Linear", 3, 5, inputs=(0, 3)),
    layer("Linear", 3, 5, inputs=whole(4, 3, below=9)),
    layer("Linear", 3, 5, use_bias=False),
    layer("Linear", 3, 5, precision="highest"),
    layer("Linear", 3, 5, bias_init=NORMAL, kernel_init=ORTHOGONAL),
    layer("Linear", 3, 5, dtype=HALF),
    layer("Linear", 3, 5, dtype=jnp.float16),
    layer("Linear", 3, 5, dtype=HALF, **WIDER),
    layer("Linear", 3, 5, param_dtype=HALF),
    layer("Linear", 3, 5, param_dtype=HALF, of=HALF),
    layer("Linear", 3, 5, param_dtype=jnp.float16, of=HALF),
    layer("LinearGeneral", (2, 3), (4, 5), axis=(-2, -1), inputs=(6, 2, 3)),
    layer("LinearGeneral", (2, 3), 4, axis=(1, 0), inputs=(2, 3, 6)),
    layer("LinearGeneral", 3, (4, 2), axis=0, inputs=(3, 6)),
    layer(
        "LinearGeneral",
        3,
        4,
        axis=1,
        batch_axis={0: 2},
        bias_init=NORMAL,
        inputs=(2, 3, 7),
    ),
    layer("LinearGeneral", 3, 4, use_bias=False, inputs=(3,)),
    layer("LinearGeneral", 3, 4, dtype=HALF, inputs=(2, 3)),
    layer("LinearGeneral", 3, 4, dtype=HALF, **WIDER, inputs=(2, 3)),
    layer("LinearGeneral", 3, 4, param_dtype=HALF, inputs=(2, 3)),
    layer("LinearGeneral", 3, 4, param_dtype=HALF, inputs=(2, 3), of=HALF),
    layer("LinearGeneral", 3, 4, inputs=(2, 3), of=HALF),
    *(
        layer("Einsum", text, *shapes, bias_init=NORMAL, inputs=inputs)
        for text, shapes, inputs in (
            ("nta,hab->nthb", ((8, 2, 4), (8, 4)), (6, 5, 2)),
            ("...a,hab->...hb", ((8, 2, 4), (8, 4)), (6, 5, 2)),
            ("nta,ab->nb", ((2, 4), (4,)), (6, 5, 2)),
            ("nta,ahb->hntb", ((2, 3, 4), (3, 4)), (6, 5, 2)),
            ("n a, h a b -> n b h", ((8, 2, 4), (4, 8)), (6, 2)),
            ("n...a,...ab->n...b", ((3, 2, 4), (3, 4)), (5, 3, 2)),
            ("na,ab->nb", ((2, 4), None), (6, 2)),
        )
    ),
    layer("Einsum", "na,ab->nb", [2, 4], [4], dtype=HALF, inputs=(6, 2)),
    layer("Einsum", "na,ab->nb", (2, 4), (4,), param_dtype=HALF, inputs=(6, 2)),
    layer("Einsum", "na,ab->nb", (2, 4), (4,), of=HALF, inputs=(6, 2)),
    layer("Embed", 7, 5, inputs=whole(4, 3, below=7)),
    layer("Embed", 7, 5, inputs=whole(2, 3, 2, below=7)),
    layer("Embed", 7, 5, inputs=whole(below=7)),
    layer("Embed", 1, 5, inputs=whole(4, below=1)),
    layer("Embed", 7, 5, dtype=HALF, inputs=whole(4, below=7)),
    layer("Embed", 7, 5, param_dtype=HALF, inputs=whole(4, below=7)),
    layer("Embed", 7, 5, embedding_init=NORMAL, inputs=whole(4, below=7)),
    attended(),
    attended(dtype=HALF),
    attended(param_dtype=HALF),
    layer("LoRA", 3, 2, 4, b_initializer=NORMAL, inputs=(5, 3)),
    layer("LoRA", 3, 2, 4, param_dtype=HALF, inputs=(2, 5, 3)),
    layer("LoRA", 3, 2, 4, dtype=HALF, b_initializer=NORMAL, inputs=(5, 3)),
    layer("LoRA", 3, 2, 4, inputs=(5, 3), of=HALF),
    on_a_linear(),
    on_a_linear(b_initializer=NORMAL),
    layer("LoRALinear", 3, 4, lora_rank=2, b_initializer=NORMAL, inputs=(5, 3)),
    layer("LoRALinear", 3, 4, lora_rank=2, dtype=HALF, inputs=(5, 3)),
    layer("LoRALinear", 3, 4, lora_rank=1, use_bias=False, inputs=(5, 3)),
    layer("PReLU"),
    layer("PReLU", 0.25, param_dtype=HALF),
    *(layer("PReLU", 0.3, of=of) for of in (HALF, jnp.float16)),
    *(layer("PReLU", 0.3, dtype=HALF, of=of) for of in (HALF, jnp.float32)),
    sequential(
        "layers and functions",
        4,
        3,
        make=lambda nnx, rngs: (
            nnx.Linear(3, 5, rngs=rngs),
            nnx.relu,
            nnx.Linear(5, 2, rngs=rngs),
        ),
    ),
    sequential(
        "statistics and dropout",
        4,
        3,
        make=lambda nnx, rngs: (
            nnx.BatchNorm(3, rngs=rngs),
            nnx.Dropout(0.5, rngs=rngs),
        ),
        calls=2,
    ),
    sequential("nothing", 4, 3, make=lambda _nnx, _rngs: ()),
    sequential("several results", 4, 3, make=lambda _nnx, _rngs: (several, jnp.add)),
]


def several(x):
    """Two results, which the next in line gets as two arguments."""
    return x, x * 2

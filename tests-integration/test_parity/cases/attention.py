"""Attention: the layer, its decoding, the function below it, and masks."""

import jax
import jax.numpy as jnp

from ..case import Case, array, chosen, function, layer, words
from ..reference import theirs

NORMAL = theirs.initializers.normal(1.0)
HALF = jnp.bfloat16
MASK = chosen(2, 1, 5, 5)


def attention(*args, inputs=(2, 5, 8), call=None, **settings):
    call = {"decode": False, "deterministic": False, **(call or {})}
    calls = 2 if settings.get("dropout_rate") else 1
    return layer(
        "MultiHeadAttention",
        *(args or (4, 8, 16)),
        inputs=inputs,
        call=call,
        calls=calls,
        **settings,
    )


def decoding(label, steps=5, dtype=jnp.float32, **settings):
    """Token by token, with all that the cache holds in the end."""

    def make(nnx, rngs):
        made = nnx.MultiHeadAttention(
            4, 8, 16, decode=True, dtype=dtype, rngs=rngs, **settings
        )
        made.init_cache((2, steps, 8), dtype=dtype)
        return made

    def run(_nnx, made, x):
        return [made(x[:, i : i + 1]) for i in range(steps)]

    return Case(
        "MultiHeadAttention",
        f"decode-{label}",
        (array(2, steps, 8),),
        run,
        make,
        dtype=dtype,
    )


def crossing(label, given, **settings):
    """Attention to keys and values of others."""

    def make(nnx, rngs):
        return nnx.MultiHeadAttention(
            2, 8, 4, 6, decode=False, in_kv_features=10, rngs=rngs, **settings
        )

    def run(_nnx, made, *arrays):
        return made(**dict(zip(given, arrays, strict=True)))

    shapes = {"inputs_q": (2, 5, 8), "inputs_k": (2, 3, 10), "inputs_v": (2, 3, 10)}
    arrays = tuple(array(*shapes[name], seed=i) for i, name in enumerate(given))
    return Case("MultiHeadAttention", label, arrays, run, make)


LAYERS = [
    attention(),
    attention(2, 8, 4, 6),
    attention(inputs=(3, 2, 5, 8)),
    attention(inputs=(5, 8)),
    attention(4, 8, 16, 8, 2),
    attention(2, 8, 4, 6, 1, 10, use_bias=False, inputs=[(2, 5, 8), (2, 3, 10)]),
    crossing("cross", ("inputs_q", "inputs_k")),
    crossing("cross, values", ("inputs_q", "inputs_k", "inputs_v"), normalize_qk=True),
    attention(normalize_qk=True),
    attention(bias_init=NORMAL, out_kernel_init=NORMAL, out_bias_init=NORMAL),
    attention(dtype=HALF),
    attention(of=HALF),
    attention(param_dtype=HALF, normalize_qk=True),
    attention(call={"mask": MASK}),
    attention(call={"is_causal": True}),
    attention(4, 8, 16, 8, 2, call={"mask": MASK, "is_causal": True}),
    attention(dropout_rate=0.5, normalize_qk=True, call={"mask": MASK}),
    attention(4, 8, 16, 8, 2, normalize_qk=True, dropout_rate=0.5, call={"mask": MASK}),
    attention(4, 8, 16, 8, 2, dropout_rate=0.3, broadcast_dropout=False),
    attention(dropout_rate=0.5, deterministic=True, call={"deterministic": None}),
    decoding("plain"),
    decoding("grouped, normalized", num_kv_heads=2, normalize_qk=True),
    decoding("narrow", dtype=HALF, steps=3),
]

QUERY, KEY, VALUE = array(2, 5, 4, 8), array(2, 7, 4, 8, seed=1), array(2, 7, 4, 8)
BIAS = array(2, 4, 5, 7, seed=2)
SEEN = chosen(2, 4, 5, 7)
WHOLE = {"bias": BIAS, "mask": SEEN, "is_causal": True}
DROPPING = {"dropout_rate": 0.3, "dropout_rng": jax.random.key(5)}


def pure(settings, batch=1, dtype=jnp.float32):
    """The function on arrays with so many batch axes."""

    def shaped(given):
        if batch == 1 or not hasattr(given, "ndim") or given.ndim < 4:
            return given
        return given[0] if batch == 0 else jnp.stack([given, given])

    arrays = [shaped(x.astype(dtype)) for x in (QUERY, KEY, VALUE)]
    settings = {name: shaped(value) for name, value in settings.items()}
    narrowest = settings.get("dtype", dtype)
    made = function("dot_product_attention", *arrays, **settings)
    return Case(made.layer, made.label, made.inputs, made.run, dtype=narrowest)


FUNCTIONS = [
    pure({}),
    pure({"bias": BIAS[0, 0]}),
    pure({"mask": jnp.zeros((5, 7))}),
    pure(WHOLE, batch=0),
    pure(WHOLE, dtype=HALF),
    pure(WHOLE, batch=2),
    pure({**DROPPING, "mask": SEEN}),
    pure({**DROPPING, "mask": SEEN}, batch=2),
    pure({**DROPPING, **WHOLE, "broadcast_dropout": False}),
    pure({**DROPPING, **WHOLE, "broadcast_dropout": False}, batch=0, dtype=HALF),
    pure({"dropout_rate": 0.3, "deterministic": True}),
    pure({"dtype": HALF}),
]

TOKENS = jnp.array([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]])


def masks(**options):
    """All that can be done with masks."""

    def run(nnx, _, tokens):
        causal = nnx.make_causal_mask(tokens, **options)
        seen = nnx.make_attention_mask(tokens, tokens, **options)
        larger = nnx.make_attention_mask(tokens, tokens, jnp.greater, **options)
        dtype = options["dtype"]
        both = nnx.combine_masks(causal, None, seen, dtype=dtype)
        only = nnx.combine_masks(2.5 * tokens, dtype=dtype)
        return causal, seen, larger, both, only, nnx.combine_masks(None, None)

    return Case("masks", words([], options), (TOKENS,), run)


MASKS = [
    masks(extra_batch_dims=extra, dtype=dtype)
    for extra in (0, 2)
    for dtype in (jnp.float32, jnp.bool_, HALF)
]

CASES = [*LAYERS, *FUNCTIONS, *MASKS]

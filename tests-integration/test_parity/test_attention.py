"""Attention and the layers around it give the numbers of the reference library.

As in `test_layers`: the same seed and settings must give the same variables bit for
bit, and outputs and gradients within a few roundings. Flax is called, never read.
"""

import inspect
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ramie.layers as layers
from ramie import graph
from ramie.module import Rngs, capture
from ramie.variables import Intermediate

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    nnx = pytest.importorskip("flax.nnx", exc_type=ImportError)

# What Flax warns of is not ours to judge.
pytestmark = pytest.mark.filterwarnings("default")

TOLERANCES = {"float32": 3e-6, "bfloat16": 2e-2, "float16": 2e-3}


@pytest.fixture(autouse=True)
def lenient_promotion():
    """Both libraries run as users run them, without the strict test settings."""
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        yield


@pytest.fixture(autouse=True, scope="module")
def quick_compilation():
    """Each program runs once, so its optimisation costs more than it saves."""
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", before)


@dataclass(frozen=True)
class Case:
    """One layer with its settings, and inputs for it."""

    layer: str
    args: tuple[Any, ...]
    settings: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[tuple[int, ...], ...] = ((2, 5, 8),)
    dtype: Any = jnp.float32
    call: dict[str, Any] = field(default_factory=dict)

    def make(self, library, rngs):
        # PReLU is the only one without random numbers.
        random = {} if self.layer == "PReLU" else {"rngs": rngs}
        return getattr(library, self.layer)(*self.args, **self.settings, **random)

    def data(self):
        return tuple(array(*shape, seed=7 + i) for i, shape in enumerate(self.inputs))

    def __str__(self):
        words = [f"{name}={value}" for name, value in self.settings.items()]
        words += [
            f"{name}={getattr(value, 'shape', value)}"
            for name, value in self.call.items()
        ]
        return "-".join([self.layer, str(self.inputs), *words])[:120]


def array(*shape, seed=0, dtype=jnp.float32):
    return jax.random.normal(jax.random.key(seed), shape).astype(dtype)


def attention(*args, inputs=((2, 5, 8),), call=None, **settings):
    call = {"decode": False, "deterministic": False, **(call or {})}
    return Case("MultiHeadAttention", args or (4, 8, 16), settings, inputs, call=call)


def general(*args, inputs, **settings):
    return Case("LinearGeneral", args, settings, (inputs,))


def einsum(*args, inputs, **settings):
    return Case("Einsum", args, settings, (inputs,))


NORMAL = nnx.initializers.normal(1.0)
MASK = jax.random.bernoulli(jax.random.key(3), 0.6, (2, 1, 5, 5))

CASES = [
    attention(),
    attention(2, 8, 4, 6),
    attention(inputs=((3, 2, 5, 8),)),
    attention(4, 8, 16, 8, 2),
    attention(2, 8, 4, 6, 1, 10, use_bias=False, inputs=((2, 5, 8), (2, 3, 10))),
    attention(normalize_qk=True),
    attention(bias_init=NORMAL, out_kernel_init=NORMAL, out_bias_init=NORMAL),
    attention(dtype=jnp.bfloat16),
    attention(param_dtype=jnp.bfloat16, normalize_qk=True),
    attention(call={"is_causal": True}),
    attention(4, 8, 16, 8, 2, call={"mask": MASK, "is_causal": True}),
    attention(dropout_rate=0.5, normalize_qk=True, call={"mask": MASK}),
    attention(4, 8, 16, 8, 2, dropout_rate=0.3, broadcast_dropout=False),
    attention(dropout_rate=0.5, deterministic=True, call={"deterministic": None}),
    general((2, 3), (4, 5), axis=(-2, -1), inputs=(6, 2, 3)),
    general((2, 3), 4, axis=(1, 0), inputs=(2, 3, 6)),
    general(3, 4, axis=1, batch_axis={0: 2}, bias_init=NORMAL, inputs=(2, 3, 7)),
    general(3, 4, use_bias=False, inputs=(3,)),
    general(3, 4, dtype=jnp.bfloat16, inputs=(2, 3)),
    general(3, 4, param_dtype=jnp.bfloat16, inputs=(2, 3)),
    einsum("nta,hab->nthb", (8, 2, 4), (8, 4), bias_init=NORMAL, inputs=(6, 5, 2)),
    einsum("...a,hab->...hb", (8, 2, 4), (8, 4), bias_init=NORMAL, inputs=(6, 5, 2)),
    einsum("nta,ab->nb", (2, 4), (4,), bias_init=NORMAL, inputs=(6, 5, 2)),
    einsum("nta,ahb->hntb", (2, 3, 4), (3, 4), bias_init=NORMAL, inputs=(6, 5, 2)),
    einsum("n a, h a b -> n b h", (8, 2, 4), (4, 8), bias_init=NORMAL, inputs=(6, 2)),
    einsum("n...a,...ab->n...b", (3, 2, 4), (3, 4), bias_init=NORMAL, inputs=(5, 3, 2)),
    einsum("na,ab->nb", [2, 4], [4], dtype=jnp.bfloat16, inputs=(6, 2)),
    Case("LoRA", (3, 2, 4), {"b_initializer": NORMAL}, ((5, 3),)),
    Case("LoRA", (3, 2, 4), {"param_dtype": jnp.bfloat16}, ((2, 5, 3),)),
    Case("LoRALinear", (3, 4), {"lora_rank": 2, "b_initializer": NORMAL}, ((5, 3),)),
    Case("LoRALinear", (3, 4), {"lora_rank": 2, "dtype": jnp.bfloat16}, ((5, 3),)),
    Case("PReLU", (), inputs=((4, 3),)),
    Case("PReLU", (0.25,), {"param_dtype": jnp.bfloat16}, ((4, 3),)),
]

# One of each layer, and attention with all that takes part in its gradient.
FIRST = [*{case.layer: case for case in reversed(CASES)}.values()]
DIFFERENTIATED = [
    attention(4, 8, 16, 8, 2, normalize_qk=True, dropout_rate=0.5, call={"mask": MASK}),
    *FIRST,
]


def variables(state):
    """Path, kind, dtype and value of every variable of a state."""
    return {
        path: (type(leaf).__name__, *_plain(leaf.get_value()))
        for path, leaf in state.flat_state()
    }


def _plain(value):
    if jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
        value = jax.random.key_data(value)
    return value.dtype, np.asarray(value).tobytes()


def assert_same_variables(ours, theirs):
    assert variables(graph.state(ours)) == variables(nnx.state(theirs))


def assert_close(ours, theirs):
    assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
    tolerance = TOLERANCES[str(theirs.dtype)]
    ours, theirs = np.asarray(ours, np.float32), np.asarray(theirs, np.float32)
    scale = max(1.0, np.abs(theirs).max(initial=0))
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance * scale)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_layer_has_the_same_variables_and_gives_the_same_outputs(case):
    ours_rngs, theirs_rngs = Rngs(0, dropout=2), nnx.Rngs(0, dropout=2)

    ours, theirs = case.make(layers, ours_rngs), case.make(nnx, theirs_rngs)

    assert_same_variables(ours, theirs)
    assert_same_variables(ours_rngs, theirs_rngs)
    for _ in range(2):
        assert_close(ours(*case.data(), **case.call), theirs(*case.data(), **case.call))
    assert_same_variables(ours, theirs)


@pytest.mark.parametrize("case", FIRST, ids=str)
def test_a_layer_follows_the_dtype_of_its_inputs(case):
    ours, theirs = case.make(layers, Rngs(0)), case.make(nnx, nnx.Rngs(0))
    inputs = [data.astype(jnp.bfloat16) for data in case.data()]

    assert_close(ours(*inputs, **case.call), theirs(*inputs, **case.call))


@pytest.mark.parametrize("case", DIFFERENTIATED, ids=str)
def test_a_layer_has_the_same_gradients(case):
    def gradients(library, core, rngs):
        structure, state = core.split(case.make(library, rngs))
        kept = {
            path: leaf.get_value()
            for path, leaf in state.flat_state()
            if type(leaf).__name__ in ("Param", "LoRAParam")
        }

        def loss(values, inputs):
            layer = core.merge(structure, state, copy=True)
            for path, leaf in core.state(layer).flat_state():
                if path in values:
                    leaf.set_value(values[path])
            outputs = layer(*inputs, **case.call)
            weights = jnp.cos(jnp.arange(outputs.size)).reshape(outputs.shape)
            return (outputs * weights).sum().astype(jnp.float32)

        values, inputs = jax.grad(loss, argnums=(0, 1))(kept, case.data())
        return {**{str(path): value for path, value in values.items()}, "in": inputs}

    ours = gradients(layers, graph, Rngs(0))
    theirs = gradients(nnx, nnx, nnx.Rngs(0))

    assert ours.keys() == theirs.keys()
    for our, their in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        assert_close(our, their)


@pytest.mark.parametrize("settings", [{}, {"num_kv_heads": 2, "normalize_qk": True}])
def test_decoding_gives_the_same_outputs_and_the_same_cache(settings):
    inputs = array(2, 5, 8)
    made = [
        library.MultiHeadAttention(4, 8, 16, decode=True, rngs=rngs, **settings)
        for library, rngs in ((layers, Rngs(0)), (nnx, nnx.Rngs(0)))
    ]
    for layer in made:
        layer.init_cache(inputs.shape)
    assert_same_variables(*made)

    for i in range(5):
        ours, theirs = (layer(inputs[:, i : i + 1]) for layer in made)
        assert_close(ours, theirs)

    ours, theirs = made
    for name in ("cached_key", "cached_value", "cache_index"):
        ours_cache, theirs_cache = getattr(ours, name), getattr(theirs, name)
        assert type(ours_cache).__name__ == type(theirs_cache).__name__
        np.testing.assert_allclose(
            ours_cache.get_value(), theirs_cache.get_value(), rtol=1e-5, atol=1e-6
        )


def test_the_same_weights_are_recorded():
    inputs = array(2, 5, 8)
    ours, theirs = (
        library.MultiHeadAttention(4, 8, dropout_rate=0.5, decode=False, rngs=rngs)
        for library, rngs in ((layers, Rngs(0)), (nnx, nnx.Rngs(0)))
    )

    call = {"deterministic": False, "sow_weights": True}
    _, recorded = capture(ours, Intermediate)(inputs, **call)
    theirs(inputs, **call)

    (weights,) = recorded["attention_weights"].get_value()
    assert_close(weights, theirs.attention_weights.get_value()[0])


QUERY, KEY, VALUE = array(2, 5, 4, 8), array(2, 7, 4, 8, seed=1), array(2, 7, 4, 8)
BIAS = array(2, 4, 5, 7, seed=2)
SEEN = jax.random.bernoulli(jax.random.key(4), 0.6, (2, 4, 5, 7))


WHOLE = {"bias": BIAS, "mask": SEEN, "is_causal": True}
DROPPING = {"dropout_rate": 0.3, "dropout_rng": jax.random.key(5)}


@pytest.mark.parametrize(
    ("settings", "batch", "dtype"),
    [
        ({}, 1, jnp.float32),
        ({"bias": BIAS[0, 0]}, 1, jnp.float32),
        ({"mask": jnp.zeros((5, 7))}, 1, jnp.float32),
        (WHOLE, 0, jnp.float32),
        (WHOLE, 1, jnp.bfloat16),
        (WHOLE, 2, jnp.float32),
        ({**DROPPING, "mask": SEEN}, 1, jnp.float32),
        ({**DROPPING, "mask": SEEN}, 2, jnp.float32),
        ({**DROPPING, **WHOLE, "broadcast_dropout": False}, 1, jnp.float32),
        ({**DROPPING, **WHOLE, "broadcast_dropout": False}, 0, jnp.bfloat16),
        ({"dropout_rate": 0.3, "deterministic": True}, 1, jnp.float32),
        ({"dtype": jnp.bfloat16}, 1, jnp.float32),
    ],
)
def test_attention_gives_the_same_outputs(settings, batch, dtype):
    def shaped(given):
        if batch == 1 or given.ndim < 4:
            return given
        return given[0] if batch == 0 else jnp.stack([given, given])

    arrays = [shaped(x.astype(dtype)) for x in (QUERY, KEY, VALUE)]
    settings = {
        name: shaped(value) if name in ("bias", "mask") else value
        for name, value in settings.items()
    }

    ours = layers.dot_product_attention(*arrays, **settings)

    assert_close(ours, nnx.dot_product_attention(*arrays, **settings))


TOKENS = jnp.array([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]])


@pytest.mark.parametrize("extra", [0, 2])
@pytest.mark.parametrize("dtype", [jnp.float32, jnp.bool_])
def test_masks_are_the_same(extra, dtype):
    def masks(library):
        options = {"extra_batch_dims": extra, "dtype": dtype}
        causal = library.make_causal_mask(TOKENS, **options)
        tokens = library.make_attention_mask(TOKENS, TOKENS, **options)
        larger = library.make_attention_mask(TOKENS, TOKENS, jnp.greater, **options)
        both = library.combine_masks(causal, None, tokens, dtype=dtype)
        only = library.combine_masks(2.5 * TOKENS, dtype=dtype)
        return causal, tokens, larger, both, only

    for ours, theirs in zip(masks(layers), masks(nnx), strict=True):
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs)


# Parameters of later versions of the reference than the one that is installed.
LATER = {"input_positions"}

MODULES = (
    "MultiHeadAttention",
    "LinearGeneral",
    "Einsum",
    "LoRA",
    "LoRALinear",
    "PReLU",
)
CALLED = [
    *(f"{name}.{method}" for name in MODULES for method in ("__init__", "__call__")),
    "MultiHeadAttention.set_view",
    "MultiHeadAttention.init_cache",
    "dot_product_attention",
    "make_attention_mask",
    "make_causal_mask",
    "combine_masks",
]


@pytest.mark.parametrize("name", CALLED)
def test_a_layer_is_called_the_same_way(name):
    def parameters(library):
        function = attrgetter(name)(library)
        return [
            (p.name, p.kind, _comparable(p.default))
            for p in inspect.signature(function).parameters.values()
            if p.name not in LATER
        ]

    assert parameters(layers) == parameters(nnx)


def _comparable(default):
    if isinstance(default, Mapping):
        return dict(default)
    if inspect.isclass(default):
        return default.__name__
    return "function" if inspect.isfunction(default) else default


@pytest.mark.parametrize("case", FIRST, ids=str)
def test_a_layer_has_the_same_attributes(case):
    ours = vars(case.make(layers, Rngs(0)))
    theirs = vars(case.make(nnx, nnx.Rngs(0)))

    assert {key for key in ours if not key.startswith("_")} == {
        key for key in theirs if not key.startswith("_")
    }

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import graph
from ramie.layers import MultiHeadAttention, RoPE, dot_product_attention_with_rope
from ramie.layers.errors import (
    CacheFullError,
    CacheShapeError,
    CacheSizeError,
    FeatureCountError,
    HeadCountError,
    InputRankError,
    MissingCacheError,
    MissingKeysError,
    MissingRngsError,
    ModeNotSetError,
    RateError,
    RngsTypeError,
)
from ramie.layers.functional import dot_product_attention
from ramie.module import Rngs, capture, view
from ramie.transforms import jit
from ramie.variables import Intermediate

INPUTS = jnp.asarray(np.random.default_rng(7).normal(size=(2, 5, 8)), jnp.float32)


def made(*args, **settings):
    return MultiHeadAttention(
        *(args or (4, 8, 16)), **{"decode": False, "rngs": Rngs(0), **settings}
    )


@partial(jit, static_argnames=("decode", "is_causal"))
def called(layer, inputs, **call):
    """Call a layer as one program, in place of one for each of its operations."""
    return layer(inputs, **call)


def decoded(layer, length=5, **call):
    steps = np.split(np.asarray(INPUTS), 5, axis=1)[:length]
    return np.hstack([called(layer, step, decode=True, **call) for step in steps])


def test_heads_are_linear_maps_around_attention():
    layer = made()

    outputs = called(layer, INPUTS)

    def heads(linear):
        return np.einsum("nta,ahd->nthd", INPUTS, linear.kernel.value)

    mixed = dot_product_attention(
        *(
            jnp.asarray(heads(linear))
            for linear in (layer.query, layer.key, layer.value)
        )
    )
    expected = np.einsum("nthd,hdo->nto", mixed, layer.out.kernel.value)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("settings", [{}, {"num_kv_heads": 2, "normalize_qk": True}])
def test_decoding_step_by_step_is_causal_attention(settings):
    layer = made(**settings)
    layer.init_cache(INPUTS.shape)

    outputs = decoded(layer, is_causal=True)

    expected = called(layer, INPUTS, is_causal=True)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)
    assert layer.cache_index.value == 5


def test_rotated_attention_gets_the_position_of_each_step():
    rotated = partial(dot_product_attention_with_rope, rope=RoPE())
    layer = made(attention_fn=rotated)
    layer.init_cache(INPUTS.shape)

    expected = called(layer, INPUTS, is_causal=True)
    np.testing.assert_allclose(decoded(layer), expected, rtol=1e-4, atol=1e-5)


def test_positions_are_passed_on():
    rotated = partial(dot_product_attention_with_rope, rope=RoPE())
    layer = made(attention_fn=rotated)

    shifted = layer(INPUTS, input_positions=jnp.arange(5) + 3)

    np.testing.assert_allclose(shifted, layer(INPUTS), rtol=1e-3, atol=1e-4)


def test_a_mask_is_combined_with_the_cache():
    layer = made()
    layer.init_cache(INPUTS.shape)
    layer(INPUTS[:, :1], decode=True)

    only_new = layer(INPUTS[:, 1:2], decode=True, mask=jnp.arange(5) == 1)

    alone = layer(INPUTS[:, 1:2])
    np.testing.assert_allclose(only_new, alone, rtol=1e-4, atol=1e-5)


def test_a_cache_may_store_another_dtype():
    layer = made()
    layer.init_cache(INPUTS.shape, jnp.bfloat16)

    outputs = layer(INPUTS[:, :1], decode=True)

    assert layer.cached_key.value.dtype == jnp.bfloat16
    assert outputs.dtype == jnp.float32


def test_a_full_cache_is_refused_and_left_as_it_is():
    layer = made()
    layer.init_cache((2, 1, 8))
    layer(INPUTS[:, :1], decode=True)

    with pytest.raises(CacheFullError, match="holds 1 positions"):
        layer(INPUTS[:, 1:2], decode=True)

    assert layer.cache_index.value == 1


def test_steps_beyond_the_cache_are_nan_inside_a_compiled_program():
    layer = made()
    layer.init_cache((2, 2, 8))
    structure, state = graph.split(layer)

    @jax.jit
    def step(state, inputs):
        decoder = graph.merge(structure, state)
        outputs = decoder(inputs, decode=True)
        return graph.state(decoder), outputs

    steps = []
    for i in range(3):
        state, outputs = step(state, INPUTS[:, i : i + 1])
        steps.append(outputs)

    expected = decoded(layer, length=2)
    np.testing.assert_allclose(jnp.hstack(steps[:2]), expected, rtol=1e-4, atol=1e-5)
    assert jnp.isnan(steps[2]).all()


@pytest.mark.parametrize("shape", [(2, 2, 8), (3, 1, 8)])
def test_a_step_of_another_shape_is_refused(shape):
    layer = made()
    layer.init_cache(INPUTS.shape)

    with pytest.raises(CacheShapeError, match=r"\(2, 1, 4, 4\)"):
        layer(jnp.ones(shape), decode=True)


def test_decoding_needs_a_cache():
    with pytest.raises(MissingCacheError, match="Call init_cache"):
        made()(INPUTS[:, :1], decode=True)


def test_a_view_decodes_with_a_cache_of_its_own():
    layer = made()

    viewed = view(layer, decode=True, batch_size=2, max_length=5)

    assert viewed.cached_key.value.shape == (2, 5, 4, 4)
    assert layer.cached_key is None
    assert viewed(INPUTS[:, :1]).shape == (2, 1, 8)


@pytest.mark.parametrize("given", ["batch_size", "max_length"])
def test_half_of_the_size_of_a_cache_is_refused(given):
    layer = made()

    with pytest.raises(CacheSizeError, match=f"{given} was given without"):
        layer.set_view(decode=True, **{given: 2})

    assert layer.decode is False


def test_modes_can_be_set_apart():
    layer = made()

    layer.set_view(deterministic=True, decode=True)

    assert (layer.deterministic, layer.decode) == (True, True)


def test_dropout_draws_from_a_stream_of_the_layer():
    layer = made(dropout_rate=0.5, deterministic=False)

    first, second = layer(INPUTS), layer(INPUTS)

    assert (first != second).any()
    given = layer(INPUTS, rngs=Rngs(dropout=3))
    np.testing.assert_array_equal(given, layer(INPUTS, rngs=Rngs(dropout=3)))


def test_a_layer_that_keeps_no_stream_asks_for_one():
    layer = made(dropout_rate=0.5, keep_rngs=False, deterministic=False)

    with pytest.raises(MissingRngsError, match="rngs=Rngs"):
        layer(INPUTS)

    assert layer(INPUTS, rngs=Rngs(0)).shape == INPUTS.shape


def test_weights_are_recorded_on_request():
    _, recorded = capture(made(), Intermediate)(INPUTS, sow_weights=True)

    (weights,) = recorded["attention_weights"].value
    np.testing.assert_allclose(weights.sum(-1), np.ones((2, 4, 5)), rtol=1e-5)


def test_metadata_reaches_the_variables():
    roles = {
        f"{name}_metadata": {"role": name}
        for name in (
            "kernel",
            "bias",
            "out_kernel",
            "out_bias",
            "query_ln_scale",
            "key_ln_scale",
        )
    }

    layer = made(normalize_qk=True, **roles)

    found = {path: leaf.role for path, leaf in graph.state(layer).flat_state()}
    to_heads = {
        (name, role): role
        for name in ("query", "key", "value")
        for role in ("kernel", "bias")
    }
    assert found == {
        **to_heads,
        ("out", "kernel"): "out_kernel",
        ("out", "bias"): "out_bias",
        ("query_ln", "scale"): "query_ln_scale",
        ("key_ln", "scale"): "key_ln_scale",
    }


def test_shapes_are_known_without_computing():
    assert jax.eval_shape(made(), INPUTS).shape == INPUTS.shape


@pytest.mark.parametrize(
    ("argument", "settings"),
    [
        ("num_heads", {"num_heads": 3, "in_features": 8}),
        ("num_heads", {"num_heads": 0, "in_features": 8}),
        ("num_kv_heads", {"num_heads": 4, "in_features": 8, "num_kv_heads": 3}),
    ],
)
def test_heads_that_do_not_divide_are_refused(argument, settings):
    with pytest.raises(HeadCountError, match=f"Choose a {argument}"):
        MultiHeadAttention(**settings, rngs=Rngs(0))


@pytest.mark.parametrize("name", ["inputs_q", "inputs_k", "inputs_v"])
def test_inputs_with_other_features_are_refused_by_name(name):
    inputs = {**dict.fromkeys(("inputs_q", "inputs_k", "inputs_v"), INPUTS)}

    with pytest.raises(FeatureCountError, match=f"{name}: axis -1 must hold 8"):
        made()(**{**inputs, name: jnp.ones((2, 5, 7))})


@pytest.mark.parametrize(
    ("error", "settings", "call"),
    [
        (InputRankError, {}, {"inputs_q": jnp.ones(8)}),
        (MissingKeysError, {}, {"inputs_q": INPUTS, "inputs_v": INPUTS}),
        (ModeNotSetError, {"decode": None}, {"inputs_q": INPUTS}),
        (ModeNotSetError, {"dropout_rate": 0.5}, {"inputs_q": INPUTS}),
        (RateError, {"dropout_rate": 2.0}, {"inputs_q": INPUTS}),
        (RngsTypeError, {"rngs": None}, {"inputs_q": INPUTS}),
    ],
)
def test_a_wrong_call_is_refused(error, settings, call):
    with pytest.raises(error):
        made(**settings)(**call)


def test_a_cache_for_other_features_is_refused():
    with pytest.raises(FeatureCountError, match="init_cache"):
        made().init_cache((2, 5, 7))

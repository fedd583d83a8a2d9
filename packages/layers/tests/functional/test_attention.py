import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.layers import functional
from ramie.layers.errors import (
    AttentionBiasError,
    AttentionShapeError,
    MissingDropoutKeyError,
    RateError,
)

# One program for a call, in place of one for each of its operations.
dot_product_attention = jax.jit(
    functional.dot_product_attention,
    static_argnames=(
        "broadcast_dropout",
        "deterministic",
        "dropout_rate",
        "dtype",
        "is_causal",
        "precision",
        "promote_dtype",
    ),
)


def arrays(*, batch=(2,), queries=3, keys=4, heads=2, kv_heads=2, size=6, out=6):
    random = np.random.default_rng(0)
    shapes = ((queries, heads, size), (keys, kv_heads, size), (keys, kv_heads, out))
    return tuple(
        jnp.asarray(random.normal(size=(*batch, *shape)), jnp.float32)
        for shape in shapes
    )


def formula(query, key, value, bias=0.0, mask=True):
    """Scores, softmax and mean in numpy; head h of the queries uses h // groups."""
    query, key, value = (np.asarray(x, np.float64) for x in (query, key, value))
    groups = query.shape[-2] // key.shape[-2]
    key, value = np.repeat(key, groups, axis=-2), np.repeat(value, groups, axis=-2)
    scores = np.einsum("...qhd,...khd->...hqk", query, key) / np.sqrt(query.shape[-1])
    scores = np.where(mask, scores + bias, -1e30)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    return weights, np.einsum("...hqk,...khd->...qhd", weights, value)


class Recorder:
    def __init__(self):
        self.sown = []

    def sow(self, *what):
        self.sown.append(what)
        return True


@pytest.mark.parametrize(("batch", "kv_heads"), [((), 1), ((2,), 2), ((2, 3), 4)])
@pytest.mark.parametrize("options", [{}, {"precision": "highest"}], ids=["jax", "own"])
def test_attention_computes_its_formula(batch, kv_heads, options):
    given = arrays(batch=batch, heads=4, kv_heads=kv_heads)
    random = np.random.default_rng(1)
    bias = random.normal(size=(*batch, 4, 3, 4)).astype(np.float32)
    mask = random.random((3, 4)) < 0.7

    outputs = dot_product_attention(*given, jnp.asarray(bias), mask, **options)

    _, expected = formula(*given, bias, mask)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


def test_values_may_have_another_size_than_keys():
    given = arrays(out=9)

    outputs = dot_product_attention(*given)

    np.testing.assert_allclose(outputs, formula(*given)[1], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("options", [{}, {"precision": "highest"}], ids=["jax", "own"])
def test_causal_attention_looks_back_only(options):
    given = arrays()

    outputs = dot_product_attention(*given, is_causal=True, **options)

    _, expected = formula(*given, mask=np.tri(3, 4, dtype=bool))
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("options", [{}, {"precision": "highest"}], ids=["jax", "own"])
def test_a_query_that_sees_no_key_gets_the_mean_of_all_values(options):
    query, key, value = arrays()

    outputs = dot_product_attention(
        query, key, value, mask=jnp.zeros((3, 4)), **options
    )

    means = jnp.broadcast_to(value.mean(1, keepdims=True), outputs.shape)
    np.testing.assert_allclose(outputs, means, rtol=1e-5, atol=1e-6)


def test_a_bias_may_hold_integers():
    given = arrays()

    outputs = dot_product_attention(*given, bias=jnp.arange(4))

    _, expected = formula(*given, bias=np.arange(4))
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


def test_a_bias_for_one_of_several_batch_axes_is_shared_by_the_other():
    given = arrays(batch=(2, 3))
    bias = np.random.default_rng(2).normal(size=(1, 3, 1, 1, 4)).astype(np.float32)

    outputs = dot_product_attention(*given, bias=jnp.asarray(bias))

    np.testing.assert_allclose(outputs, formula(*given, bias)[1], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("broadcast", [True, False])
def test_dropped_weights_are_zero_and_the_rest_scaled_up(broadcast):
    query, key, value = arrays(size=4)
    rng, shape = jax.random.key(0), (1, 1, 3, 4) if broadcast else (2, 2, 3, 4)

    outputs = dot_product_attention(
        query,
        key,
        value,
        dropout_rng=rng,
        dropout_rate=0.5,
        broadcast_dropout=broadcast,
    )

    weights, _ = formula(query, key, value)
    weights = np.where(jax.random.bernoulli(rng, 0.5, shape), 2 * weights, 0)
    expected = np.einsum("...hqk,...khd->...qhd", weights, value)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


def test_all_weights_can_be_dropped():
    assert not dot_product_attention(*arrays(), dropout_rate=1.0).any()


def test_evaluation_drops_nothing_and_needs_no_key():
    given = arrays()

    outputs = dot_product_attention(*given, dropout_rate=0.5, deterministic=True)

    np.testing.assert_array_equal(outputs, dot_product_attention(*given))


def test_weights_are_recorded_before_dropout():
    module, given = Recorder(), arrays()

    functional.dot_product_attention(
        *given, dropout_rng=jax.random.key(0), dropout_rate=0.5, module=module
    )

    ((_, name, weights),) = module.sown
    assert name == "attention_weights"
    np.testing.assert_allclose(weights, formula(*given)[0], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("precision", [None, "highest"])
def test_outputs_have_the_dtype_that_is_asked_for(precision):
    bias = jnp.ones((3, 4))

    outputs = dot_product_attention(
        *arrays(), bias, dtype=jnp.bfloat16, precision=precision
    )

    assert outputs.dtype == jnp.bfloat16


def test_promotion_can_be_replaced():
    def to_ones(given, /, *, dtype):
        return tuple(map(jnp.ones_like, given))

    assert (dot_product_attention(*arrays(), promote_dtype=to_ones) == 1).all()


def test_shapes_are_known_without_computing():
    shaped = jax.eval_shape(dot_product_attention, *arrays())

    assert shaped.shape == (2, 3, 2, 6)


@pytest.mark.parametrize(
    ("index", "shape", "rule"),
    [
        (0, (3, 2, 6), "same number of axes"),
        (1, (1, 4, 2, 6), "same batch axes"),
        (1, (2, 5, 2, 6), "same length and heads"),
        (2, (2, 4, 1, 6), "same length and heads"),
        (0, (2, 3, 2, 7), "same number of features"),
        (0, (2, 3, 3, 6), "must divide those of query"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_with_the_rule(index, shape, rule):
    given = list(arrays())
    given[index] = jnp.ones(shape)

    with pytest.raises(AttentionShapeError, match=rule):
        dot_product_attention(*given)


def test_vectors_are_refused():
    with pytest.raises(AttentionShapeError, match="at least 3"):
        dot_product_attention(*(jnp.ones(3),) * 3)


@pytest.mark.parametrize("argument", ["bias", "mask"])
@pytest.mark.parametrize("shape", [(2, 3, 4, 1), (3, 3), (1, 2, 2, 3, 4)])
def test_a_mask_of_another_shape_is_refused_with_the_right_one(argument, shape):
    with pytest.raises(AttentionBiasError, match=r"shape \(2, 2, 3, 4\)") as caught:
        dot_product_attention(*arrays(), **{argument: jnp.ones(shape)})

    assert (caught.value.argument, caught.value.shape) == (argument, shape)


def test_dropping_without_a_random_key_is_refused():
    with pytest.raises(MissingDropoutKeyError, match="Pass dropout_rng="):
        dot_product_attention(*arrays(), dropout_rate=0.5)


def test_a_rate_that_is_no_probability_is_refused():
    with pytest.raises(RateError, match="from 0 to 1"):
        dot_product_attention(*arrays(), dropout_rate=1.5)

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie import linen as nn
from ramie.layers.errors import HeadCountError, MissingKeysError

KEY = jax.random.key(0)
X, Y = (
    jnp.asarray(np.random.default_rng(0).normal(size=shape).astype(np.float32))
    for shape in ((2, 5, 8), (2, 3, 6))
)
Attention = nn.MultiHeadDotProductAttention


@pytest.fixture(scope="module")
def variables():
    return Attention(2).init(KEY, X)


def test_the_maps_are_submodules(variables):
    params = variables["params"]
    assert set(params) == {"query", "key", "value", "out"}
    assert params["query"]["kernel"].shape == (8, 2, 4)
    assert params["out"]["kernel"].shape == (2, 4, 8)


def test_queries_and_keys_may_be_normalized():
    params = Attention(2, normalize_qk=True).init(KEY, X)["params"]
    assert params["query_ln"]["scale"].shape == params["key_ln"]["scale"].shape == (4,)


def test_keys_are_the_queries_and_values_the_keys_by_default(variables):
    layer = Attention(2)
    alone = layer.apply(variables, X)
    for args, kwargs in [((X,), {}), ((X, X), {}), ((), {"inputs_kv": X})]:
        np.testing.assert_array_equal(layer.apply(variables, X, *args, **kwargs), alone)


def test_keys_may_have_other_lengths_and_features():
    layer = Attention(2, qkv_features=4, out_features=3)
    assert layer.init_with_output(KEY, X, Y)[0].shape == (2, 5, 3)


def test_values_come_with_keys():
    with pytest.raises(MissingKeysError):
        Attention(2).init(KEY, X, inputs_v=X)


def test_keys_and_values_are_given_in_one_way():
    with pytest.raises(ValueError, match="inputs_kv"):
        Attention(2).init(KEY, X, X, inputs_kv=X)


@pytest.mark.parametrize("heads", [3, 0])
def test_heads_divide_the_features(heads):
    with pytest.raises(HeadCountError):
        Attention(heads).init(KEY, X)


def test_what_is_masked_is_not_seen(variables):
    layer, mask = Attention(2), nn.make_causal_mask(X[..., 0])
    y = layer.apply(variables, X, mask=mask)
    changed = layer.apply(variables, X.at[:, -1].set(0.0), mask=mask)
    np.testing.assert_array_equal(y[:, :-1], changed[:, :-1])
    positional = nn.SelfAttention(2).apply(variables, X, mask)
    np.testing.assert_array_equal(positional, y)


def test_weights_are_recorded_on_demand(variables):
    _, sown = Attention(2).apply(
        variables, X, sow_weights=True, mutable=["intermediates"]
    )
    (weights,) = sown["intermediates"]["attention_weights"]
    np.testing.assert_allclose(weights.sum(-1), np.ones((2, 2, 5)), rtol=1e-5)


def test_dropout_needs_a_key_and_somebody_to_say_so(variables):
    layer = Attention(2, dropout_rate=0.5)
    with pytest.raises(ValueError, match="deterministic"):
        layer.apply(variables, X)
    with pytest.raises(ValueError, match="dropout"):
        layer.apply(variables, X, deterministic=False)
    key = jax.random.key(1)
    dropped = layer.apply(variables, X, deterministic=False, rngs={"dropout": key})
    still = layer.apply(variables, X, deterministic=True)
    assert (dropped != still).any()
    given = layer.apply(variables, X, deterministic=False, dropout_rng=key)
    assert (given != still).any()


def test_another_function_gets_the_arguments_it_names(variables):
    def first_value(query, key, value, mask, dtype):
        assert (mask is None, dtype) == (True, None)
        return jnp.broadcast_to(value[:, :1], query.shape)

    y = Attention(2, attention_fn=first_value).apply(variables, X)
    np.testing.assert_array_equal(y[:, 1:], y[:, :-1])


def test_einsums_are_made_by_their_classes(variables):
    layer = Attention(
        2,
        qk_attn_weights_einsum_cls=lambda: jnp.einsum,
        attn_weights_value_einsum_cls=lambda: jnp.einsum,
    )
    y = layer.apply(variables, X)
    np.testing.assert_allclose(y, Attention(2).apply(variables, X), atol=1e-6)


def test_the_map_to_outputs_has_initializers_of_its_own():
    ones = nn.initializers.ones
    layer = Attention(2, out_kernel_init=ones, out_bias_init=ones)
    params = layer.init(KEY, X)["params"]
    assert params["out"]["kernel"].all()
    assert params["out"]["bias"].all()
    assert not params["query"]["bias"].any()

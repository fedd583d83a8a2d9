from types import SimpleNamespace

import jax.numpy as jnp
import pytest

from ramie.layers import dot_product_attention_with_rope, functional
from ramie.layers._attention_inputs import (
    SIZES,
    check_features,
    head_size,
    takes_positions,
    with_axes,
    with_defaults,
)
from ramie.layers.errors import (
    FeatureCountError,
    HeadCountError,
    InputRankError,
    InputTypeError,
    MissingKeysError,
    SizeError,
)


def sized(**sizes):
    return SimpleNamespace(**{**dict.fromkeys(SIZES, 8), **sizes})


def test_the_features_of_queries_are_shared_out_to_heads():
    assert head_size(sized(num_heads=4, num_kv_heads=2)) == 2


@pytest.mark.parametrize("argument", SIZES)
def test_every_size_is_checked_by_name(argument):
    with pytest.raises(SizeError, match=f"MultiHeadAttention: {argument} must be"):
        head_size(sized(**{argument: -1}))


@pytest.mark.parametrize("sizes", [{"num_heads": 3}, {"num_kv_heads": 3}])
def test_heads_must_divide(sizes):
    with pytest.raises(HeadCountError):
        head_size(sized(**sizes))


def test_keys_are_queries_and_values_are_keys_by_default():
    q, k, v = jnp.ones(1), jnp.ones(2), jnp.ones(3)

    assert [each.size for each in with_defaults(q, None, None)] == [1, 1, 1]
    assert [each.size for each in with_defaults(q, k, None)] == [1, 2, 2]
    assert [each.size for each in with_defaults(q, k, v)] == [1, 2, 3]
    with pytest.raises(MissingKeysError):
        with_defaults(q, None, v)


def test_inputs_and_masks_that_are_no_arrays_are_refused_by_name():
    array = jnp.ones(1)

    for name, given in (
        ("inputs_q", ("x", None, None)),
        ("inputs_k", (array, "x", None)),
        ("inputs_v", (array, array, "x")),
    ):
        with pytest.raises(InputTypeError, match=f"MultiHeadAttention {name}: inputs"):
            with_defaults(*given)
    with pytest.raises(InputTypeError, match="MultiHeadAttention mask: inputs"):
        with_axes("x", 4)


def test_inputs_have_a_length_and_features():
    check_features("f", (5, 8), 8)

    with pytest.raises(InputRankError, match="f: inputs need at least 2 axes"):
        check_features("f", (8,), 8)
    with pytest.raises(FeatureCountError, match="f: axis -1 must hold 8"):
        check_features("f", (5, 7), 8)


def test_a_mask_gets_the_axes_it_lacks():
    assert with_axes(None, 4) is None
    assert with_axes(jnp.ones((2, 3)), 4).shape == (1, 1, 2, 3)
    assert with_axes(jnp.ones((2, 3)), 1).shape == (2, 3)


def test_a_function_of_attention_may_take_positions():
    assert takes_positions(dot_product_attention_with_rope)
    assert not takes_positions(functional.dot_product_attention)

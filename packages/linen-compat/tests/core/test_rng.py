import hashlib

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.linen.core._rng import check_rngs, fold_in_static
from ramie.linen.core.scope import LazyRng
from ramie.linen.errors import InvalidRngError

KEY = jax.random.key(0)


def data(key):
    return jax.random.key_data(key).tolist()


def test_names_and_numbers_are_folded_in_as_one_hash():
    word = int.from_bytes(hashlib.sha1(b"net" + b"\x01\x2c").digest()[:4], "big")

    expected = jax.random.fold_in(KEY, np.uint32(word))

    assert data(fold_in_static(KEY, ("net", 300))) == data(expected)
    assert fold_in_static(KEY, ()) is KEY


def test_a_key_is_the_same_inside_of_jit():
    lazy = LazyRng.create(KEY, "a", 1)

    assert data(jax.jit(lambda rng: rng.as_jax_rng())(lazy)) == data(lazy.as_jax_rng())


def test_suffixes_add_up_until_they_are_folded_in():
    lazy = LazyRng.create(LazyRng.create(KEY, "a"), "b", 1)

    assert lazy.suffix == ("a", "b", 1)
    assert lazy.clear_suffix().suffix == ()
    assert data(lazy.clear_suffix().rng) == data(lazy.as_jax_rng())
    assert "'b'" in repr(lazy)


def test_old_keys_and_single_keys_are_taken():
    assert list(check_rngs(KEY)) == ["params"]
    assert check_rngs(None) == {}
    assert list(check_rngs({"a": jax.random.PRNGKey(0), "b": LazyRng(KEY)})) == [
        "a",
        "b",
    ]
    assert check_rngs({"a": np.zeros(2, np.uint32)})


@pytest.mark.parametrize(
    "wrong",
    [0, jnp.ones(3), jnp.ones(2), jax.random.split(KEY, 2), "key"],
    ids=["int", "shape", "dtype", "several", "str"],
)
def test_something_else_is_no_key(wrong):
    with pytest.raises(InvalidRngError, match=r"'dropout' is .* jax.random.key"):
        check_rngs({"dropout": wrong})
    with pytest.raises(ValueError, match="'params'"):
        check_rngs(wrong)


def test_keys_are_given_by_name():
    with pytest.raises(InvalidRngError, match="given by name, and 3 is none"):
        check_rngs({3: KEY})

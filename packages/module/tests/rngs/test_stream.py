import copy
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import clone, merge, split, state
from ramie.module import RngCount, RngKey, RngState, RngStream
from ramie.module.errors import InvalidSeedError
from ramie.variables import Variable


def same(key, other):
    return bool((key == other).all())


def test_the_nth_key_is_the_seed_folded_with_n():
    stream = RngStream(7, tag="params")

    keys = [stream() for _ in range(3)]

    root = jax.random.key(7)
    expected = [jax.random.fold_in(root, n) for n in range(3)]
    assert all(map(same, keys, expected))


def test_a_call_counts():
    stream = RngStream(0, tag="params")

    stream()
    stream()

    assert int(stream.count.value) == 2
    assert stream.count.value.dtype == jnp.uint32


@pytest.mark.parametrize(
    "seed",
    [
        3,
        np.int64(3),
        np.array(3, np.uint8),
        jnp.int32(3),
        jnp.uint32(3),
        jax.random.key(3),
        jax.random.key_data(jax.random.key(3)),
        np.asarray(jax.random.key_data(jax.random.key(3))),
        Variable(jax.random.key(3)),
        Variable(jnp.int32(3)),
    ],
    ids=[
        "int",
        "numpy int",
        "numpy array",
        "array int32",
        "array uint32",
        "key",
        "legacy key",
        "numpy legacy key",
        "variable of a key",
        "variable of an int",
    ],
)
def test_a_seed_may_be_given_in_many_forms(seed):
    stream = RngStream(seed, tag="params")

    assert same(stream.key.value, jax.random.key(3))


def test_a_seed_may_be_traced():
    key = jax.jit(lambda seed: RngStream(seed, tag="params")())(3)

    assert same(key, RngStream(3, tag="params")())


def test_a_stream_as_a_seed_gives_its_next_key():
    source = RngStream(0, tag="params")
    key = clone(source)()

    stream = RngStream(source, tag="other")

    assert same(stream.key.value, key)
    assert int(source.count.value) == 1


@pytest.mark.parametrize(
    "seed", [1.5, "seed", None, True, jnp.float32(1.0), jnp.ones(2), [0]]
)
def test_what_no_key_can_be_made_of_is_refused(seed):
    with pytest.raises(InvalidSeedError, match=r"'params'.*int seed") as caught:
        RngStream(seed, tag="params")

    assert caught.value.value is seed


def test_keys_of_another_implementation_are_kept():
    stream = RngStream(jax.random.key(0, impl="rbg"), tag="params")

    assert stream().dtype == jax.random.key(0, impl="rbg").dtype


def test_a_fork_starts_from_the_next_key():
    stream = RngStream(0, tag="params")
    key = clone(stream)()

    fork = stream.fork()

    assert same(fork.key.value, key)
    assert (int(stream.count.value), int(fork.count.value)) == (1, 0)
    assert fork.tag == "params"


def test_key_and_count_can_be_selected_by_type_and_by_tag():
    stream = RngStream(0, tag="dropout")

    assert list(state(stream, RngKey)) == ["key"]
    assert list(state(stream, RngCount)) == ["count"]
    assert sorted(state(stream, RngState)) == ["count", "key"]
    assert sorted(state(stream, "dropout")) == ["count", "key"]
    assert list(state(stream, "params")) == []


def rebuilt(stream):
    graphdef, *states = split(stream, RngKey, ...)
    return merge(graphdef, *states, copy=True)


@pytest.mark.parametrize(
    "copied",
    [rebuilt, copy.deepcopy, lambda stream: pickle.loads(pickle.dumps(stream))],
    ids=["merge", "deepcopy", "pickle"],
)
def test_a_copy_goes_on_where_the_stream_was(copied):
    stream = RngStream(0, tag="params")
    stream()

    other = copied(stream)

    assert [same(stream(), other()) for _ in range(3)] == [True] * 3

import copy
import pickle
import sys
import threading

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ramie.graph import clone, merge, split, state
from ramie.module import RngCount, RngKey, RngState, RngStream
from ramie.module.errors import InvalidSeedError, SplitStreamError, StreamShapeError
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


def test_a_stream_as_a_seed_gives_the_key_it_began_with():
    source = RngStream(0, tag="params")
    source()

    stream = RngStream(source, tag="other")

    assert same(stream.key.value, source.key.value)
    assert (int(source.count.value), int(stream.count.value)) == (1, 0)


@pytest.mark.parametrize(
    "keys",
    [jax.random.split(jax.random.key(0), 3), jnp.zeros((3, 2), jnp.uint32)],
    ids=["typed", "raw"],
)
def test_an_array_of_keys_makes_a_stream_of_several(keys):
    stream = RngStream(keys, tag="params")

    assert stream.key.shape == stream.count.shape == (3,)


@pytest.mark.parametrize(
    "seed",
    [
        1.5,
        "seed",
        None,
        True,
        jnp.float32(1.0),
        jnp.ones(2),
        [0],
        jnp.zeros(4, jnp.uint32),
    ],
    ids=str,
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


def test_a_fork_may_be_split():
    stream = RngStream(0, tag="dropout")
    key = clone(stream)()

    fork = stream.fork(split=2)

    assert same(fork.key.value, jax.random.split(key, 2))
    assert fork.tag == fork.count.tag == "dropout"


def test_a_broadcast_stream_has_the_same_key_everywhere():
    stream = RngStream(0, tag="dropout")
    key = clone(stream)()

    new = stream.broadcast((2, 1))

    assert new.key.shape == new.count.shape == (2, 1)
    assert same(new.key.value, key)


@pytest.mark.parametrize("shape", [-1, 1.5, "two", (2, -1), (2, None), None])
@pytest.mark.parametrize("name", ["split", "broadcast"])
def test_what_is_no_shape_is_refused_and_takes_no_key(name, shape):
    stream = RngStream(0, tag="dropout")

    with pytest.raises(StreamShapeError, match=rf"{name}\(\)") as caught:
        getattr(stream, name)(shape)

    assert caught.value.value == shape
    assert int(stream.count.value) == 0


@pytest.mark.parametrize(
    "use",
    [
        lambda stream: stream(),
        lambda stream: stream.fork(),
        lambda stream: stream.split(2),
        lambda stream: stream.normal((2,)),
    ],
    ids=["call", "fork", "split", "normal"],
)
def test_a_stream_of_several_keys_gives_none(use):
    stream = RngStream(0, tag="dropout").split(3)

    with pytest.raises(SplitStreamError, match=r"'dropout'.*\(3,\).*vmap"):
        use(stream)

    assert stream.count.value.tolist() == [0, 0, 0]


def test_an_error_of_jax_that_is_not_about_the_keys_is_left_alone():
    stream = RngStream(0, tag="dropout")
    stream.key.value = jnp.zeros((3, 2), jnp.uint32)

    with pytest.raises(ValueError, match="single key") as caught:
        stream()

    assert not isinstance(caught.value, SplitStreamError)


def test_threads_that_draw_from_one_stream_never_get_the_same_key():
    stream = RngStream(0, tag="params")
    drawn = []

    def draw():
        for _ in range(50):
            drawn.append(stream())  # noqa: PERF401 (shared by the threads)

    threads = [threading.Thread(target=draw) for _ in range(4)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)

    different = {tuple(jax.random.key_data(key).tolist()) for key in drawn}
    assert int(stream.count.value) == len(different) == 200


def test_drawing_is_traced_to_nothing_but_the_two_operations():
    jaxpr = jax.make_jaxpr(lambda key: RngStream(key, tag="x")())(jax.random.key(0))

    assert [eqn.primitive.name for eqn in jaxpr.eqns] == ["random_fold_in", "add"]

import jax
import pytest

from ramie.graph.errors import SharedInTreeError, TraceLevelError
from ramie.module import Module, Rngs, RngStream, reseed, split_rngs
from ramie.module.errors import (
    InvalidSeedError,
    ReseedPolicyError,
    ReseedShapeError,
    UnknownStreamsError,
)


def same(one, other):
    return bool((one == other).all())


def first(seed, count=0):
    return jax.random.fold_in(jax.random.key(seed), count)


class Model(Module):
    def __init__(self):
        self.b = RngStream(0, tag="dropout")
        self.a = RngStream(1, tag="dropout")
        self.rngs = Rngs(2)


def test_a_stream_starts_from_the_first_key_of_the_new_seed():
    rngs = Rngs(0, dropout=1)
    rngs(), rngs.dropout()

    reseed(rngs, dropout=42)

    assert same(rngs.dropout.key.value, first(42))
    assert int(rngs.dropout.count.value) == 0
    assert int(rngs.default.count.value) == 1


def test_streams_of_the_same_name_get_different_keys_in_the_order_of_their_paths():
    model = Model()

    reseed(model, dropout=5)

    assert same(model.a.key.value, first(5, 0))
    assert same(model.b.key.value, first(5, 1))


@pytest.mark.parametrize(
    "seed",
    [
        jax.random.key(5),
        jax.random.PRNGKey(5),
        RngStream(5, tag="x"),
    ],
    ids=["key", "raw key", "stream"],
)
def test_a_seed_may_be_given_in_many_forms(seed):
    rngs = Rngs(0)

    reseed(rngs, default=seed)

    assert same(rngs.default.key.value, first(5))


def test_a_stream_that_is_not_there_is_named_and_nothing_is_changed():
    rngs = Rngs(0, dropout=1)

    with pytest.raises(UnknownStreamsError, match=r"'noise'.*'default', 'dropout'"):
        reseed(rngs, dropout=5, noise=6)

    assert same(rngs.dropout.key.value, jax.random.key(1))


def test_a_seed_that_is_none_changes_nothing():
    rngs = Rngs(0, dropout=1)

    with pytest.raises(InvalidSeedError, match="'dropout' got a str"):
        reseed(rngs, default=5, dropout="seed")

    assert same(rngs.default.key.value, jax.random.key(0))


def test_several_keys_are_refused_by_default_and_nothing_is_changed():
    rngs = Rngs(0, dropout=1)
    split_rngs(rngs, splits=3, only="dropout")

    with pytest.raises(ReseedShapeError, match=r"dropout.*\(3,\).*match_shape"):
        reseed(rngs, default=5, dropout=6)

    assert same(rngs.default.key.value, jax.random.key(0))


def test_several_keys_can_be_split_from_the_new_one():
    rngs = Rngs(0, dropout=1)
    split_rngs(rngs, splits=(2, 3), only="dropout")

    reseed(rngs, policy="match_shape", default=5, dropout=6)

    assert same(rngs.dropout.key.value, jax.random.split(first(6), (2, 3)))
    assert same(rngs.default.key.value, first(5))
    assert rngs.dropout.count.shape == (2, 3)


def test_a_policy_of_ones_own_sees_path_key_and_shape():
    seen = []

    def policy(path, key, shape):
        seen.append((path, shape))
        return jax.random.split(key, 2)

    rngs = Rngs(0)

    reseed(rngs, policy=policy, default=5)

    assert seen == [(("default",), ())]
    assert same(rngs.default.key.value, jax.random.split(first(5), 2))
    assert rngs.default.count.shape == (2,)


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        ("unknown", "'unknown' is no policy"),
        (None, "None is no policy"),
        (lambda *_: None, "NoneType, which is no key"),
        (lambda *given: jax.random.key_data(given[1]), "which is no key"),
    ],
)
def test_a_policy_that_is_none_or_gives_no_key_is_refused(policy, text):
    rngs = Rngs(0)

    with pytest.raises(ReseedPolicyError, match=text):
        reseed(rngs, policy=policy, default=5)

    assert same(rngs.default.key.value, jax.random.key(0))


def test_a_stream_of_another_trace_is_refused():
    rngs = Rngs(0)

    with pytest.raises(TraceLevelError, match="RngKey"):
        jax.jit(lambda x: (reseed(rngs, default=5), x)[1])(1)

    assert same(rngs.default.key.value, jax.random.key(0))


def test_tree_mode_wants_each_stream_once():
    rngs = Rngs(0)

    reseed({"x": rngs, "y": rngs}, default=5)
    with pytest.raises(SharedInTreeError, match=r"reseed\(\)"):
        reseed({"x": rngs, "y": rngs}, default=6, graph=False)

    assert same(rngs.default.key.value, first(5))

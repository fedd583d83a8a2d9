import jax
import jax.numpy as jnp
import pytest

from ramie.graph import clone
from ramie.graph.errors import TraceLevelError
from ramie.module import (
    Module,
    RngKey,
    Rngs,
    RngStream,
    fork_rngs,
    split_rngs,
    with_rngs,
)
from ramie.module.errors import (
    SplitStreamError,
    SqueezeError,
    StreamShapeError,
)
from ramie.variables import Param


def same(one, other):
    return bool((one == other).all())


class Model(Module):
    def __init__(self):
        self.rngs = Rngs(0, dropout=1)
        self.other = RngStream(2, tag="dropout")
        self.scale = Param(jnp.ones(2))
        self.owner = self

    @split_rngs(splits=2)
    def shape(self):
        return self.other.key.shape


def shapes(rngs):
    return {name: stream.key.shape for name, stream in rngs.items()}


def counts(rngs):
    return {name: stream.count.value.tolist() for name, stream in rngs.items()}


def test_split_makes_keys_of_the_next_one_in_place():
    rngs = Rngs(0)
    key = clone(rngs)()

    split_rngs(rngs, splits=(2, 3))

    assert same(rngs.default.key.value, jax.random.split(key, (2, 3)))
    assert rngs.default.count.value.tolist() == [[0] * 3] * 2


def test_fork_starts_from_the_next_key_in_place():
    rngs = Rngs(0)
    key = clone(rngs)()

    fork_rngs(rngs)

    assert same(rngs.default.key.value, key)
    assert int(rngs.default.count.value) == 0


@pytest.mark.parametrize("only", ["dropout", lambda path, _: "dropout" in path])
def test_only_some_streams_are_split(only):
    rngs = Rngs(0, dropout=1)

    backups = split_rngs(rngs, splits=2, only=only)

    assert shapes(rngs) == {"dropout": (2,), "default": ()}
    assert counts(rngs) == {"dropout": [0, 0], "default": 0}
    assert len([*backups]) == 1


def test_splitting_can_be_squeezed():
    rngs = Rngs(0)
    key = clone(rngs)()

    split_rngs(rngs, splits=1, squeeze=True)

    assert same(rngs.default.key.value, jax.random.split(key, 1)[0])
    assert rngs.default.key.shape == ()


@pytest.mark.parametrize("splits", [2, (1,), (1, 1)])
def test_only_one_key_can_be_squeezed(splits):
    rngs = Rngs(0)

    with pytest.raises(SqueezeError, match=r"splits=1"):
        split_rngs(rngs, splits=splits, squeeze=True)

    assert counts(rngs) == {"default": 0}


def test_fork_leaves_what_no_filter_selects():
    rngs = Rngs(0, dropout=1, noise=2)

    fork_rngs(rngs, split={"dropout": 2, "noise": None, ("noise", "dropout"): 3})

    assert shapes(rngs) == {"dropout": (2,), "noise": (), "default": ()}
    assert same(rngs.default.key.value, jax.random.key(0))
    assert not same(rngs.noise.key.value, jax.random.key(2))


def test_a_shared_stream_is_split_once():
    rngs = Rngs(0)

    split_rngs([rngs, {"again": rngs}], splits=2)

    assert shapes(rngs) == {"default": (2,)}


@pytest.mark.parametrize("shape", [-1, "two", 1.5])
@pytest.mark.parametrize(
    "do",
    [
        lambda node, shape: split_rngs(node, splits=shape),
        lambda node, shape: fork_rngs(node, split={"default": shape}),
        lambda node, shape: with_rngs(node, split=shape),
        lambda node, shape: with_rngs(node, broadcast={"default": shape}),
    ],
    ids=["split", "fork", "with split", "with broadcast"],
)
def test_what_is_no_shape_is_refused(do, shape):
    rngs = Rngs(0)

    with pytest.raises(StreamShapeError, match="_rngs"):
        do(rngs, shape)

    assert counts(rngs) == {"default": 0}


@pytest.mark.parametrize(
    "do",
    [
        lambda node: split_rngs(node, splits=2),
        fork_rngs,
        lambda node: with_rngs(node, fork=...),
    ],
    ids=["split_rngs", "fork_rngs", "with_rngs"],
)
def test_a_stream_that_is_split_already_is_refused_and_nothing_is_changed(do):
    rngs = Rngs(0, other=1)
    split_rngs(rngs, splits=3, only="other")

    with pytest.raises(SplitStreamError, match=r"_rngs\(\).*'other'.*\(3,\)"):
        do(rngs)

    assert shapes(rngs) == {"other": (3,), "default": ()}
    assert counts(rngs) == {"other": [0, 0, 0], "default": 0}


def test_a_stream_of_another_trace_is_refused():
    rngs = Rngs(0)

    with pytest.raises(TraceLevelError, match="RngCount"):
        jax.jit(lambda x: (split_rngs(rngs, splits=2), x)[1])(1)

    assert counts(rngs) == {"default": 0}


def test_with_rngs_splits_before_it_repeats_and_repeats_before_it_forks():
    rngs = Rngs(a=0, b=1, c=2, d=3)
    before = clone(rngs)

    new = with_rngs(
        rngs, split={"a": 2}, broadcast={("a", "b"): 3}, fork=["a", "b", "c"]
    )

    assert same(new.a.key.value, jax.random.split(before.a(), 2))
    assert new.b.key.shape == (3,)
    assert same(new.b.key.value, before.b())
    assert same(new.c.key.value, before.c())
    assert new.d.key is rngs.d.key
    assert counts(rngs) == {"a": 1, "b": 1, "c": 1, "d": 0}


def test_with_rngs_may_be_restricted():
    rngs = Rngs(0, dropout=1)

    new = with_rngs(rngs, fork=..., only="dropout")

    assert new.dropout.key is not rngs.dropout.key
    assert new.default.key is rngs.default.key
    assert isinstance(new.dropout.key, RngKey)
    assert new.dropout.count.tag == "dropout"


def test_with_rngs_keeps_sharing_among_arguments():
    @with_rngs(split=2)
    def f(one, *, other):
        return one is other, shapes(one)

    rngs = Rngs(0)

    assert f(rngs, other=rngs) == (True, {"default": (2,)})
    assert shapes(rngs) == {"default": ()}


def test_with_rngs_without_settings_gives_a_copy():
    rngs = Rngs(0)

    new = with_rngs(rngs)

    assert new is not rngs
    assert new.default.key is rngs.default.key
    assert counts(rngs) == {"default": 0}

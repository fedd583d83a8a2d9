import jax
import pytest

from ramie.graph import clone
from ramie.graph.errors import SharedInTreeError, TraceLevelError
from ramie.module import (
    Module,
    Rngs,
    RngStream,
    backup_keys,
    fork_rngs,
    reseed,
    restore_rngs,
    split_rngs,
)
from ramie.module.errors import BackupError


def same(one, other):
    return bool((one == other).all())


class Model(Module):
    def __init__(self):
        self.rngs = Rngs(0, dropout=1)
        self.again = self.rngs
        self.other = RngStream(2, tag="dropout")


def test_backups_have_each_stream_once_in_the_order_of_their_paths():
    model = Model()

    streams = [stream for stream, _ in backup_keys(model)]

    expected = [model.rngs.default, model.rngs.dropout, model.other]
    assert len(streams) == 3
    assert all(any(one is each for one in streams) for each in expected)


def test_keys_that_are_restored_keep_counting():
    rngs = Rngs(0)
    backups = backup_keys(rngs)
    key = rngs.default.key.value

    rngs()
    reseed(rngs, default=7)
    rngs()
    restore_rngs(backups)

    assert same(rngs.default.key.value, key)
    assert int(rngs.default.count.value) == 1


def test_keys_backed_up_before_a_split_are_single_again():
    rngs = Rngs(0)
    backups = backup_keys(rngs)
    split_rngs(rngs, splits=3)

    restore_rngs(backups)

    assert rngs.default.count.shape == ()
    assert rngs().shape == ()


def test_what_was_split_is_as_if_one_key_had_been_drawn():
    rngs = Rngs(0, dropout=1)
    other = clone(rngs)
    other(), other.dropout()

    restore_rngs(split_rngs(rngs, splits=3))

    assert same(rngs(), other())
    assert same(rngs.dropout(), other.dropout())


def test_a_restored_stream_keeps_its_variables():
    rngs = Rngs(0)
    key, count = rngs.default.key, rngs.default.count

    restore_rngs(fork_rngs(rngs))

    assert rngs.default.key is key
    assert rngs.default.count is count


@pytest.mark.parametrize("nothing", [3, [3], [(1, 2)], [(RngStream(0, tag="x"), 1)]])
def test_what_is_no_backup_is_refused(nothing):
    with pytest.raises(BackupError, match="split_rngs"):
        restore_rngs(nothing)


def test_one_bad_backup_restores_nothing():
    rngs = Rngs(0)
    backups = split_rngs(rngs, splits=2)

    with pytest.raises(BackupError, match="int"):
        restore_rngs([*backups, 3])

    assert rngs.default.key.shape == (2,)


def test_streams_of_another_trace_are_not_restored():
    rngs = Rngs(0)
    backups = split_rngs(rngs, splits=2)

    def f(x):
        restore_rngs(backups)
        return x

    with pytest.raises(TraceLevelError, match="RngKey"):
        jax.jit(f)(1)

    assert rngs.default.key.shape == (2,)


def test_a_trace_that_is_over_is_not_restored_into():
    kept = []

    def f(seed):
        kept.append(split_rngs(Rngs(seed), splits=2))
        return seed

    jax.jit(f)(1)

    with pytest.raises(TraceLevelError, match="RngKey"):
        restore_rngs(kept[0])


def test_tree_mode_wants_each_stream_once():
    rngs = Rngs(0)

    with pytest.raises(SharedInTreeError, match=r"backup_keys\(\)"):
        backup_keys({"x": rngs, "y": rngs}, graph=False)

from ramie.training._filters import hashable
from ramie.variables import BatchStat, Param


def test_lists_become_tuples_at_every_depth():
    assert hashable([Param, [BatchStat, ...]]) == (Param, (BatchStat, ...))


def test_anything_else_stays():
    assert hashable(Param) is Param

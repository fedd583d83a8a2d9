import pytest

from ramie.graph import split, state
from ramie.variables import (
    BatchStat,
    Cache,
    Intermediate,
    Param,
    Perturbation,
    Variable,
)

KINDS = [Param, BatchStat, Cache, Intermediate]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_a_filter(kind):
    node = {cls.__name__: cls(1) for cls in [Variable, *KINDS]}

    chosen = state(node, kind)

    assert list(chosen) == [kind.__name__]
    assert chosen[kind.__name__] is node[kind.__name__]


def test_variable_selects_every_kind():
    node = [cls(1) for cls in KINDS]

    _, everything = split(node, Variable)

    assert list(everything) == [0, 1, 2, 3]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_adds_nothing_to_an_instance(kind):
    assert not hasattr(kind(1), "__dict__")


def test_a_perturbation_is_an_intermediate():
    node = {"seen": Intermediate(1), "added": Perturbation(2)}

    assert list(state(node, Intermediate)) == ["added", "seen"]
    assert list(state(node, Perturbation)) == ["added"]

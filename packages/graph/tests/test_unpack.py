import jax
import jax.numpy as jnp
import pytest

from ramie.graph import GraphState, State, graphdef, merge, unpack
from ramie.graph.errors import NonExhaustiveFilterError

from .kinds import Box, Cell, Special


def model():
    return Box(a=Special(1), b=Cell(2), c=jnp.ones(1))


def test_without_filters_there_is_one():
    root = model()

    whole = unpack(root)

    assert isinstance(whole, GraphState)
    assert whole.a is root.a
    assert graphdef(merge(whole)) is graphdef(root)


def test_each_filter_has_one():
    parts = unpack(model(), Special, jax.Array, ...)

    assert [list(part) for part in parts] == [["a"], ["c"], ["b"]]
    assert graphdef(merge(*parts)) is graphdef(model())


def test_one_filter_gives_no_tuple():
    assert isinstance(unpack(model(), ...), GraphState)
    assert unpack(Box(n=3)) == GraphState(graphdef(Box(n=3)), State())


def test_every_leaf_must_be_selected():
    with pytest.raises(NonExhaustiveFilterError, match="b, c"):
        unpack(model(), Special)

import jax
import pytest
from jax.experimental.layout import Format
from jax.sharding import PartitionSpec as P
from jax.sharding import SingleDeviceSharding

from ramie.graph.errors import FilterError
from ramie.transforms import StateSharding
from ramie.transforms.errors import ShardingPrefixError
from ramie.variables import Param


def test_a_state_sharding_is_a_value():
    pairs = [(Param, None), ("mean", P("a")), (..., P())]
    one = StateSharding(dict(pairs))

    assert one == StateSharding(pairs)
    assert hash(one) == hash(StateSharding(pairs))
    assert one != StateSharding({...: P()})
    assert one != "other"
    assert one.filters == (Param, "mean", ...)
    assert repr(one) == f"StateSharding({{Param: None, 'mean': {P('a')!r}, ...: P()}})"


def test_all_that_jit_takes_is_a_sharding():
    one = SingleDeviceSharding(jax.devices()[0])
    values = (None, P("a"), one, Format(None, one), {"a": one, "b": (P(), None)})

    assert StateSharding(enumerated(values)).shardings == values


def enumerated(values):
    return [(f"tag {number}", value) for number, value in enumerate(values)]


@pytest.mark.parametrize("value", ["data", 0, ("data",), jax.devices, {"w": "data"}])
def test_anything_else_is_refused(value):
    with pytest.raises(ShardingPrefixError, match=r"at StateSharding: .* no sharding"):
        StateSharding({Param: value})


@pytest.mark.parametrize("given", [3, [Param, None], [(Param, None, None)], "ab"])
def test_there_are_pairs(given):
    with pytest.raises(ShardingPrefixError, match=r"at StateSharding: .* no pairs"):
        StateSharding(given)


def test_filters_are_filters():
    with pytest.raises(FilterError, match="3 is no filter"):
        StateSharding({3: None})

from ramie.transforms import StateSharding
from ramie.variables import Param


def test_a_state_sharding_is_a_value():
    one = StateSharding({Param: None, "mean": 1, ...: 2})

    assert one == StateSharding([(Param, None), ("mean", 1), (..., 2)])
    assert hash(one) == hash(StateSharding([(Param, None), ("mean", 1), (..., 2)]))
    assert one != StateSharding({...: 2})
    assert one != "other"
    assert one.filters == (Param, "mean", ...)
    assert repr(one) == "StateSharding({Param: None, 'mean': 1, ...: 2})"

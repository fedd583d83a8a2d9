import pytest

from ramie.graph import IndexMap, RefMap


def test_keys_are_told_apart_by_identity():
    one, other = [1], [1]
    numbers = RefMap([(one, 0), (other, 1)])
    assert (numbers[one], numbers[other], len(numbers)) == (0, 1, 2)
    assert [1] not in numbers
    assert list(numbers) == [one, other]


def test_what_is_not_there_is_a_key_error():
    with pytest.raises(KeyError, match="unknown"):
        RefMap()["unknown"]


def test_a_key_can_be_forgotten():
    key = [1]
    numbers = RefMap({"a": 1}.items())
    numbers[key] = 2
    del numbers[key]
    assert key not in numbers
    assert len(numbers) == 1


def test_the_two_maps_turn_into_each_other():
    key = [1]
    objects = IndexMap.from_refmap(RefMap([(key, 3)]))
    assert objects[3] is key
    assert RefMap.from_indexmap(objects)[key] == 3


def test_a_key_stays_alive_while_it_is_there():
    numbers = RefMap()
    for n in range(100):
        numbers[[n]] = n
    assert len({id(key) for key in numbers}) == 100

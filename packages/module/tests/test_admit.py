from ramie.module import Dict, List, Pytree


class Box(Pytree):
    def __init__(self, value):
        self.value = value


def test_containers_are_converted_to_any_depth():
    box = Box([{"a": [1]}, ([2],)])

    assert type(box.value[0]) is Dict
    assert type(box.value[0].a) is List
    assert type(box.value[1]) is tuple


def test_a_list_that_is_shared_within_a_value_stays_shared():
    shared = [1]

    box = Box({"a": shared, "b": shared})

    assert box.value.a is box.value.b


def test_a_list_that_holds_itself_becomes_one_that_does():
    cyclic = [1]
    cyclic.append(cyclic)

    box = Box(cyclic)

    assert box.value[1] is box.value
    assert len(cyclic) == 2

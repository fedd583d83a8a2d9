import threading

import pytest

from ramie.graph.errors import SettingError
from ramie.graph.extend import Setting


class Volume(Setting, default=5):
    """How loud it is."""


class Tone(Setting, default=5):
    """Another setting."""


@pytest.fixture(autouse=True)
def _nothing_is_left_set():
    with Volume(5):
        yield


def test_a_setting_has_its_default_where_nothing_was_set():
    found = []
    thread = threading.Thread(
        target=lambda: found.append((Volume.current_value(), Volume.get_stack()))
    )
    with Volume(7):
        thread.start()
        thread.join()
    assert found == [(5, [])]
    assert Volume.get_default() == 5


def test_a_setting_holds_from_the_call_on():
    Volume(7)
    assert Volume.current_value() == 7
    assert Tone.current_value() == 5


def test_setting_again_and_again_keeps_one_value():
    for value in range(3):
        Volume(value)
    assert Volume.get_stack() == [2]


def test_a_setting_holds_for_a_block():
    with Volume(7):
        with Volume(9):
            assert Volume.current_value() == 9
            assert Volume.get_stack()[-2:] == [7, 9]
        assert Volume.current_value() == 7
    assert Volume.current_value() == 5


def test_a_block_ends_with_an_exception_too():
    with pytest.raises(RuntimeError), Volume(7):
        raise RuntimeError
    assert Volume.current_value() == 5


def test_a_setting_can_be_entered_again():
    loud = Volume(9)
    with loud:
        pass
    assert Volume.current_value() == 5
    with loud:
        assert Volume.current_value() == 9
        with loud:
            assert Volume.current_value() == 9
        assert Volume.current_value() == 9
    assert Volume.current_value() == 5


def test_a_setting_holds_while_a_decorated_function_runs():
    @Volume(9)
    def inside(more):
        """Says how loud it is."""
        return Volume.current_value() + more

    assert Volume.current_value() == 5
    assert inside(more=1) == 10
    assert Volume.current_value() == 5
    assert inside.__doc__ == "Says how loud it is."


def test_a_value_of_another_type_is_refused():
    with pytest.raises(SettingError, match=r"Volume\(\) takes a int, not 'loud'"):
        Volume("loud")
    assert Volume.current_value() == 5

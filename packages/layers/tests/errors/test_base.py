import inspect

import pytest

from ramie.layers import errors

CLASSES = [value for value in vars(errors).values() if inspect.isclass(value)]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_is_a_value_error_drawn_in_the_tree(kind):
    assert issubclass(kind, errors.LayerError)
    assert issubclass(kind, ValueError)
    assert f"{kind.__name__} " in errors.__doc__


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_shows_its_message_unless_it_is_a_base(kind):
    is_base = kind in (errors.LayerError, errors.CacheError)

    assert (">>>" in kind.__doc__) is not is_base


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_the_file_of_an_error_is_not_its_address(kind):
    assert kind.__module__ == "ramie.layers.errors"


def test_an_error_can_be_told_of_another_place():
    for error in (
        errors.FeatureCountError("linear", (4,), (-1,), 3),
        errors.FeatureCountError(place="linear", shape=(4,), axes=(-1,), expected=3),
    ):
        assert error.is_of_a_function

        moved = error.at("Linear")

        assert not moved.is_of_a_function
        assert (moved.place, moved.axes) == ("Linear", (-1,))
        assert str(moved) == str(error).replace("linear", "Linear")

import inspect
import pickle

import pytest

from ramie.layers import errors


@pytest.fixture
def check_family():
    """Check the errors of one file, given an example of each."""

    def check(family, examples):
        assert {type(each) for each in examples} == _classes(family)
        for each in examples:
            _check_message(each)
            _check_pickle(each)

    return check


def _classes(family):
    bases = {errors.LayerError, errors.CacheError}
    found = [each for each in vars(family).values() if inspect.isclass(each)]
    return {each for each in found if issubclass(each, ValueError)} - bases


def _check_message(error):
    place, first, *rest = str(error).partition(":")[0], *str(error).splitlines()
    assert place == error.place, error
    assert rest, f"{first} has no next step"
    assert rest[-1].endswith("."), error


def _check_pickle(error):
    payload = pickle.dumps(error)
    back = pickle.loads(payload)
    assert b"ramie.layers.errors\x94" in payload, "the file is not to be named"
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert vars(back) == vars(error)

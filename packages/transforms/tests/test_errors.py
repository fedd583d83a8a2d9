import inspect
import pickle

import pytest

from ramie.transforms import errors

SAMPLES = [
    errors.DiffArgumentError(2, "the call has 1 positional arguments"),
    errors.LeakedTracerError("inner/norm"),
    errors.SharedDonationError("w", "inner/tied"),
    errors.UntraceableContentError("text", ("inner", "name")),
]


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_survives_a_pickle(error):
    copy = pickle.loads(pickle.dumps(error))

    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


def test_every_error_has_a_sample_and_one_base():
    classes = {cls for _, cls in inspect.getmembers(errors, inspect.isclass)}
    classes = {cls for cls in classes if issubclass(cls, Exception)}

    assert classes == {errors.TransformError, *map(type, SAMPLES)}
    assert all(issubclass(cls, errors.TransformError) for cls in classes)

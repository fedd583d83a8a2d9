"""Errors survive pickling, and there is a sample of each."""

import inspect
import pickle

import pytest

from ramie.linen.bridge import errors

SAMPLES = [
    errors.BridgeError("Something."),
    errors.NotInitialisedError("Dense", "No kernel."),
    errors.MissingKeyError("Net", "dropout", ("params",)),
    errors.MissingVariableError("Net", "/", ("params/w",)),
    errors.UnknownCollectionError("moments"),
    errors.VariableClashError(("a", 0), ("params", "cache")),
    errors.StructureMismatchError([("a",)], [("b",)], ["c: shape"]),
    errors.NotAVariableError(("a",), "int"),
    errors.LazyInitTargetError("3"),
    errors.OutsideBridgeModuleError("Declaring 'w'"),
    errors.NotConstructedError("Linear"),
]


def test_there_is_a_sample_of_each():
    classes = {
        cls
        for _, cls in inspect.getmembers(errors, inspect.isclass)
        if issubclass(cls, errors.BridgeError)
    }

    assert classes == set(map(type, SAMPLES))


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_survives_a_pickle(error):
    again = pickle.loads(pickle.dumps(error))

    assert type(again) is type(error)
    assert str(again) == str(error)
    assert type(error).__name__ in errors.__doc__

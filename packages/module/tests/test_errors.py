import inspect
import pickle

import pytest

from ramie.module import errors

SAMPLES = [
    errors.AttributesNotFoundError(["rate"], "Net"),
    errors.ViewArgumentsError(["rate"], ["deterministic"], "Net"),
    errors.NothingGivenError("Give `deterministic`."),
    errors.CaptureError("Cannot capture 3."),
    errors.CaptureInitError([("a", "x")], [("y",)]),
    errors.SownNameError("Net", "layers"),
    errors.SownOutOfReachError("h", "Net"),
    errors.SownTypeError("Net", "h", "Intermediate", "Param"),
    errors.PerturbationMismatchError("Net", "x", (2,), (3,)),
    errors.MissingStreamError("dropout", ["params"]),
    errors.InvalidSeedError("params", "seed"),
    errors.MarkError("data", "no value"),
    errors.NotDataError("Net", "rate", "str"),
    errors.StaticDataError("Net", "sizes", (1, "x"), "Array"),
    errors.SlotAttributeError("Net", ["rate"]),
    errors.NotAPytreeError("dict"),
    errors.LayerNotCallableError(1, "int"),
    errors.StreamShapeError("split()", -1),
    errors.SplitStreamError("dropout", (3,), "fork()"),
    errors.SqueezeError(2),
    errors.UnknownStreamsError(["noise"], []),
    errors.ReseedShapeError(("rngs", "dropout"), (3,)),
    errors.ReseedPolicyError("unknown"),
    errors.BackupError(3),
    errors.BareDecoratorError("split_rngs", "f"),
    errors.NothingToTabulateError("dict", "__call__"),
    errors.RichMissingError(["box"]),
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

    assert classes == {errors.ModuleError, *map(type, SAMPLES)}
    assert all(issubclass(cls, errors.ModuleError) for cls in classes)


def test_a_missing_stream_is_a_sentence_although_it_is_a_key_error():
    text = str(errors.MissingStreamError("dropout", []))

    assert text.startswith("Rngs has no stream 'dropout'")
    assert "no streams at all" in text
